#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# monitor.sh VERSION: ovs-ofctl monitor is told of packets, of packets whose time to live has ended,
# and of changes of flows; ovs-ofctl snoop hears what a controller and the switch tell each other.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
packet_in=NXT_PACKET_IN2 # asked for unless -P says otherwise
case $version in
OpenFlow10) flow_monitor=NXST_FLOW_MONITOR initial=ADDED ;;
OpenFlow13) flow_monitor=ONFST_FLOW_MONITOR initial=ADDED ;;
*) flow_monitor=OFPST_FLOW_MONITOR initial=INITIAL ;;
esac
ofctl() { ovs-ofctl -O "$version" "$@"; }

# watch FILE ARGUMENT...: ovs-ofctl runs until the test ends, and what it says is in the file.
watch() {
    local file=$1
    shift
    ovs-ofctl -O "$version" "$@" >"$file" 2>&1 &
}
says() { grep -qE -- "$2" "$1"; }

# The last two bytes of the header are its address's; 01 or 40 is its time to live.
packet() { echo "02000000000202000000000108004500001400000000${1}fd00000a0000010a000002"; }
sent_is_told() {
    ofctl packet-out br0 1 table "$(packet "$1")"
    says "$2" "$3"
}

start_bvsd
vsctl add-br br0
for n in 1 2 3; do
    guest "$n"
    plug br0 "$n" -- set Interface "p$n" ofport_request="$n"
done
ofctl del-flows br0
ofctl add-flow br0 'priority=1,arp,actions=2'

# ---- packets
ofctl add-flow br0 'ip,nw_ttl=64,actions=controller'
ofctl add-flow br0 'ip,nw_ttl=1,actions=dec_ttl,2'
watch /run/packets monitor br0 65534
eventually 5 sent_is_told 40 /run/packets "^$packet_in.*total_len=34 in_port=1 \(via action\)"
eventually 1 says /run/packets 'nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_proto=253,.*nw_ttl=64'
if [ "$version" = OpenFlow10 ]; then # newer ones have no such flag
    watch /run/ttl monitor br0 65534 invalid_ttl
    eventually 5 sent_is_told 01 /run/ttl "^$packet_in.*in_port=1 \(via invalid_ttl\)"
    ! says /run/packets invalid_ttl || fail "the first monitor did not ask for invalid TTLs"
fi
watch /run/standard -P standard monitor br0 20
eventually 5 sent_is_told 40 /run/standard '^OFPT_PACKET_IN.*in_port=1 \(via action\)'

# ---- flows
# In 1.4 and newer, ovs-ofctl asks for the connection's own changes only unless it says !own.
watch /run/all monitor br0 'watch:!own'
watch /run/some monitor br0 'watch:!own,!initial,out_port=3'
eventually 5 says /run/all "^$flow_monitor reply"
eventually 5 says /run/all "^ event=$initial table=0 cookie=0 arp actions=output:2"
eventually 5 says /run/some "^$flow_monitor reply"
! says /run/some event || fail "the monitor did not want what there is to begin with"
ofctl add-flow br0 'table=3,cookie=0x7,udp,actions=3'
ofctl mod-flows br0 arp,actions=3
ofctl del-flows br0 table=3
for file in /run/all /run/some; do
    eventually 5 says "$file" '^ event=ADDED table=3 cookie=0x7 udp actions=output:3'
    eventually 5 says "$file" '^ event=MODIFIED table=0 cookie=0 arp actions=output:3'
    eventually 5 says "$file" '^ event=DELETED reason=delete table=3 cookie=0x7 udp actions=output:3'
done
! says /run/some 'nw_ttl' || fail "it wanted flows to port 3 only"
ofctl add-flow br0 'idle_timeout=1,icmp,actions=3'
eventually 5 says /run/some '^ event=DELETED reason=idle table=0 idle_timeout=1 cookie=0 icmp'

# ---- a controller's connection
vsctl set-controller br0 ptcp:6653:127.0.0.1
# A snooper that comes in the middle of a conversation gets another message first than the HELLO it
# waits for, and gives up: then there is another one.
snooper=0
heard() {
    if [ "$snooper" -eq 0 ] || gone "$snooper"; then
        watch /run/snooped snoop br0
        snooper=$!
    fi
    ovs-ofctl -O "$version" dump-desc tcp:127.0.0.1:6653 >/run/desc
    says /run/snooped 'OFPST_DESC request' && says /run/snooped 'OFPST_DESC reply'
}
eventually 10 heard
