#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An upgrade to a build whose maps look different, and back: the new daemon builds its datapath
# beside the old one and switches port by port; nothing is lost.
#
#   h1 --ping, TCP--> h2 --tag=10--+  br0  +-- p1x0 ... p1x99, set up between p1 and p2
#
# BVS_NEXT: bin of a build with another ABI
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

[ -x "${BVS_NEXT:=$BVS_BIN/../next/bin}/bvsd" ] || fail "no build in BVS_NEXT=$BVS_NEXT"
this=$BVS_BIN

status() { ovs-appctl bvs/status | jq -c ".datapath | [$1]"; }
# replace_by BIN: by killing the daemon that runs and starting another.
replace_by() {
    kill_bvsd
    PATH=$1:$PATH start_bvsd
}

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1 tag=10
plug br0 2 tag=10
for n in {0..99}; do
    ip link add "p1x$n" up type veth peer name "x$n"
    echo "add-port br0 p1x$n tag=20 --"
done | xargs ovs-vsctl --timeout=20 --
pings 1 2
version=$(status .abi_version | tr -d '[]')
equal "generation" "$(status .generation)" "[1]"

start_tcp 1 2 6
start_ping 1 2
replace_by "$BVS_NEXT"
equal "version and generation" "$(status .abi_version,.generation)" "[$((version + 1)),2]"
sleep 1
replace_by "$BVS_NEXT"
equal "generation, adopted" "$(status .generation,.adopted)" "[2,true]"
sleep 1
replace_by "$this"
equal "version and generation" "$(status .abi_version,.generation)" "[$version,3]"
equal "generations" "$(echo "$BVS_PIN_DIR"/generation-*)" "$BVS_PIN_DIR/generation-3"
finish_tcp
equal "lost pings" "$(lost_pings)" 0
jq -r '"retransmits: \(.end.sum_sent.retransmits), \(.end.sum_received.bits_per_second / 1e9) Gb/s"' \
    /run/tcp
arrives 1 "dst=$(mac 2)" "2:-"
