#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What one patch port has sent, its peer has received: to one receiver, in copies, and by rules.
#
#   h1 h2 --+  br0  +--patch--+  br1  +-- h3
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # what it sends unasked is counted as well
start_bvsd
for n in 1 2 3; do
    guest $n
    at $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
vsctl add-br br0 -- add-br br1
plug br0 1
plug br0 2
plug br1 3
patch_pair br0 br1

# counted BRIDGE PORT rx|tx: packets and bytes
counted() { ovs-ofctl dump-ports "$1" "$2" | sed -n "s/.* $3 pkts=\([0-9]*\), bytes=\([0-9]*\),.*/\1 \2/p"; }
now() { echo "$(counted br0 br0-br1 "$1") $(counted br1 br1-br0 "$2")"; }
# frames_more OUT IN: so many more since the last time, of 60 bytes each, at both ends alike
frames_more() {
    local sent received
    sent=$(now tx rx) received=$(now rx tx)
    read -ra a <<<"$before_sent $sent"
    read -ra b <<<"$before_received $received"
    equal "sent" "$((a[4] - a[0])) $((a[5] - a[1])) $((a[6] - a[2])) $((a[7] - a[3]))" \
        "$1 $((60 * $1)) $1 $((60 * $1))"
    equal "received" "$((b[4] - b[0])) $((b[5] - b[1])) $((b[6] - b[2])) $((b[7] - b[3]))" \
        "$2 $((60 * $2)) $2 $((60 * $2))"
    before_sent=$sent before_received=$received
}
before_sent=$(now tx rx) before_received=$(now rx tx)

frames seen 1 copies=10 >/dev/null # copies
frames_more 10 0
frames seen 3 copies=5 >/dev/null
frames_more 0 5
frames seen 1 copies=10 "dst=$(mac 3)" >/dev/null # one receiver
frames_more 10 0
frames seen 3 copies=7 "dst=$(mac 1)" >/dev/null
frames_more 0 7
ovs-ofctl add-flow br0 "priority=9,in_port=p1,actions=output:br0-br1"
frames seen 1 copies=8 >/dev/null
frames_more 8 0
kill_bvsd
frames seen 1 copies=8 >/dev/null
start_bvsd
frames_more 8 0
in_statistics() { grep -qE 'rx_packets="?36' <<<"$(vsctl get Interface br1-br0 statistics)"; }
eventually 15 in_statistics
