#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# tunnel_options.sh PEER: Geneve's options between a guest of ours and a host with Open vSwitch, over
# IPv4 and IPv6. Each sets two of them, and lets in only what has the values that the other sets.
#
#   h1 --+ br0 +-- t0 ... p9 --- :h9, see peers.sh
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/peers.sh"

peer=$1
map='{class=0x102,type=0x80,len=4}->tun_metadata0,{class=0xffff,type=1,len=12}->tun_metadata1'
ours() { ovs-ofctl "$@"; }
their_ofctl() { theirs ovs-ofctl "$@"; }

# match N, actions N
match() { echo "tun_metadata0=0x1000$1,tun_metadata1=0xa0b0c0d0e0f0a1b1c1d1e10$1"; }
actions() { echo "set_field:0x1000$1->tun_metadata0,set_field:0xa0b0c0d0e0f0a1b1c1d1e10$1->tun_metadata1"; }

# guarded OFCTL BRIDGE GUEST SENT TAKEN
guarded() {
    "$1" del-flows "$2"
    "$1" add-flows "$2" - <<END
priority=9,in_port=$3,actions=$(actions "$4"),output:t0
priority=9,in_port=t0,$(match "$5"),actions=output:$3
priority=1,actions=drop
END
}

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
underlay
"${peer}_peer"
ours add-tlv-map br0 "$map"
their_ofctl add-tlv-map lb "$map"
for version in 4 6; do
    tunnel geneve $version
    "${peer}_end" geneve $version false
    guarded ours br0 p1 1 2
    guarded their_ofctl lb LOCAL 2 1
    eventually 20 at 1 ping -q -c 1 -W 1 10.0.0.99 >/dev/null
    pings 9 10.0.0.1
    guarded their_ofctl lb LOCAL 3 1
    cannot_ping 1 10.0.0.99
    guarded their_ofctl lb LOCAL 2 4
    cannot_ping 1 10.0.0.99
    guarded their_ofctl lb LOCAL 2 1
    eventually 20 at 1 ping -q -c 1 -W 1 10.0.0.99 >/dev/null
done
"${peer}_gone"
