#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# flows.sh VERSION: what the stock ovs-ofctl adds is dumped by it as Open vSwitch 3.1 would dump it,
# flow by flow of ../unit/text/flows*.txt. A priority of its own tells a flow from all others.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
texts=$NETNS_TESTS/../unit/text
case $version in
OpenFlow10) files=("$texts/flows10.txt") ;; # the others need what came with 1.1
OpenFlow13) files=("$NETNS_TESTS/../interop/flows13.txt" "$texts/flows.txt") ;;
OpenFlow15) files=("$texts/flows.txt") ;;
esac
ofctl() { ovs-ofctl -O "$version" --no-names --no-stats "$@"; }

# What only a FLOW_MOD has is no part of the flow. The first file that has a flow counts.
awk -F '\t' -v added=/run/added -v expected=/run/expected '
    /^#/ || $1 ~ /priority=/ || $1 in seen { next }
    {
        seen[$1]
        number++
        sub(/(check_overlap|reset_counts) /, "", $2)
        print "priority=" number "," $1 >added
        print number, $2 >expected
    }' "${files[@]}"

start_bvsd
# On several bridges, as there is a limit to what one's flows may look at together.
split -l 50 /run/added /run/br.
for part in /run/br.*; do
    bridge=${part#/run/}
    vsctl add-br "$bridge"
    ofctl del-flows "$bridge"
    [ "$version" = OpenFlow10 ] || ofctl add-meter "$bridge" "meter=4,kbps,band=type=drop,rate=1000"
    ofctl add-group "$bridge" "group_id=1,type=all"
    ofctl add-tlv-map "$bridge" \
        "{class=0x102,type=0x80,len=4}->tun_metadata0,{class=0x102,type=1,len=8}->tun_metadata1"
    ofctl add-flows "$bridge" "$part"
    ofctl dump-flows "$bridge"
done | sed -E 's/^ *(.*)priority=([0-9]+)[, ](.*)/\2 \1\3/' | sort -n >/run/got
[ "$(wc -l </run/got)" -gt 40 ] || fail "only $(wc -l </run/got) flows were dumped"
diff /run/expected /run/got >/run/difference ||
    fail "dumped otherwise than Open vSwitch does:"$'\n'"$(cat /run/difference)"
