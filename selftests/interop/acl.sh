#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# acl.sh VERSION: a pipeline of three tables: who may send (0), what is allowed (1), where it goes
# (2). Guest 1 reaches guest 2's allowed port and may ping it; it reaches no other port, and nobody
# reaches anything from a foreign address.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
case $version in
OpenFlow10) to() { echo "resubmit(,$1)"; } ;;
*) to() { echo "goto_table:$1"; } ;;
esac
ofctl() { ovs-ofctl -O "$version" "$@"; }
packets_of() { ofctl dump-flows br0 "$1" | sed -n 's/.*n_packets=\([0-9]*\).*/\1/p'; }

# connects PORT: can guest 1 open a connection to guest 2?
connects() {
    timeout 5 ip netns exec h2 socat -u "TCP-LISTEN:$1" STDOUT >/run/heard &
    local listener=$!
    eventually 5 listens 2 "$1"
    at 1 socat -u - "TCP:10.0.0.2:$1,connect-timeout=2" <<<hello 2>/run/refused || return 1
    wait "$listener"
    [ "$(cat /run/heard)" = hello ]
}

start_bvsd
vsctl add-br br0
for n in 1 2; do
    guest "$n"
    plug br0 "$n" -- set Interface "p$n" ofport_request="$n"
done
cat >/run/flows <<END
table=0,priority=20,in_port=1,dl_src=$(mac 1),arp,arp_spa=10.0.0.1,actions=$(to 2)
table=0,priority=20,in_port=2,dl_src=$(mac 2),arp,arp_spa=10.0.0.2,actions=$(to 2)
table=0,priority=20,in_port=1,dl_src=$(mac 1),ip,nw_src=10.0.0.1,actions=$(to 1)
table=0,priority=20,in_port=2,dl_src=$(mac 2),ip,nw_src=10.0.0.2,actions=$(to 1)
table=0,priority=1,cookie=0xf,ip,actions=drop
table=0,priority=0,actions=drop
table=1,priority=20,icmp,actions=$(to 2)
table=1,priority=20,tcp,nw_dst=10.0.0.2,tp_dst=7000,actions=$(to 2)
table=1,priority=20,tcp,nw_src=10.0.0.2,tp_src=7000,actions=$(to 2)
table=1,priority=0,cookie=0xd,actions=drop
table=2,priority=20,dl_dst=$(mac 1),actions=1
table=2,priority=20,dl_dst=$(mac 2),actions=2
table=2,priority=10,dl_dst=ff:ff:ff:ff:ff:ff,actions=FLOOD
END
ofctl del-flows br0
ofctl add-flows br0 /run/flows

pings 1 2
pings 2 1
connects 7000 || fail "the allowed port: $(cat /run/refused)"
[ "$(packets_of table=1,cookie=0xd/-1)" = 0 ] || fail "something was dropped that is allowed"
! connects 7001 || fail "a port that is not allowed"
[ "$(packets_of table=1,cookie=0xd/-1)" -gt 0 ] || fail "the drop was not counted in table 1"
equal "drops in table 0" "$(packets_of table=0,cookie=0xf/-1)" 0
ip -n h1 addr add 10.0.0.66/24 dev eth0
! at 1 ping -q -c 1 -W 1 -I 10.0.0.66 10.0.0.2 >/dev/null || fail "a foreign address"
[ "$(packets_of table=0,cookie=0xf/-1)" -gt 0 ] || fail "the drop was not counted in table 0"
