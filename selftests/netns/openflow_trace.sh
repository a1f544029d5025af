#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A trace says what becomes of a packet and why: of one that is described, and of those that pass.
#
#   h1 h2 --+  br0: 0 admission, 1 who may talk to whom, 2 delivery
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
openflow() { ovs-ofctl -O OpenFlow13 "$@"; }
openflow del-flows br0
openflow add-flow br0 "table=0,priority=10,arp,actions=flood"
openflow add-flow br0 "table=0,priority=10,ip,actions=set_field:7->metadata,goto_table:1"
openflow add-flow br0 "table=1,priority=20,cookie=0xacc,icmp,actions=goto_table:2"
openflow add-flow br0 "table=1,priority=10,cookie=0xdeb,tcp,tp_dst=23,actions=drop"
openflow add-flow br0 "table=2,priority=10,ip,nw_dst=10.0.0.1,actions=output:1"
openflow add-flow br0 "table=2,priority=10,ip,nw_dst=10.0.0.2,actions=dec_ttl,output:2"

# ---- a packet that is described, allowed ...
icmp="in_port=1,icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2"
said=$(ovs-appctl ofproto/trace br0 "$icmp")
contains "$said" '^Flow: icmp,in_port=1,.*,nw_ttl=64,'
contains "$said" '^bridge\("br0"\)$'
contains "$said" '^ 0\. ip, priority 10$'
contains "$said" '^ 1\. icmp, priority 20, cookie 0xacc$'
contains "$said" '^    goto_table:2$'
contains "$said" '^ 2\. ip,nw_dst=10.0.0.2, priority 10$'
contains "$said" '^     -> ip_ttl is now 63$|^     -> nw_ttl is now 63$'
contains "$said" '^Final flow: icmp,metadata=0x7,in_port=1,.*nw_ttl=63'
contains "$said" '^Megaflow: recirc_id=0,eth,icmp,'
contains "$(tail -n 1 <<<"$said")" '^Datapath actions: set\(ipv4\(ttl=63\)\),[0-9]+$'

# ---- ... and dropped, by a rule and for want of one
telnet="in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=23"
said=$(ovs-appctl ofproto/trace br0 "$telnet")
contains "$said" '^ 1\. tcp,tp_dst=23, priority 10, cookie 0xdeb$'
contains "$said" '^    drop$'
equal "the last line" "$(tail -n 1 <<<"$said")" "Datapath actions: drop"
contains "$(bvsctl trace br0 "$telnet")" '^Verdict: dropped, no-output: '
web="in_port=1,tcp,nw_dst=10.0.0.2,tp_dst=80"
contains "$(bvsctl trace br0 "$web")" '^ 1\. No match\.$'
contains "$(bvsctl trace br0 "$web")" '^Verdict: dropped, no-rule: '

# ---- nothing of it was counted
openflow dump-flows br0 | grep -q 'n_packets=[1-9]' && fail "traces counted: $(openflow dump-flows br0)"

# ---- the same as a document, and of bytes
contains "$(bvsctl --format=json trace br0 "$icmp")" '"verdict": "sent to p2"'
bytes=02000000000202000000000108004500001400000000400126e70a0000010a000002
contains "$(bvsctl trace br0 in_port=1 --packet="$bytes")" '^Verdict: sent to p2$'

# ---- real packets
bvsctl trace br0 --live icmp -n 2 >/run/live &
tracing=$!
sleep 0.7
pings 1 2
wait "$tracing"
contains "$(cat /run/live)" '^Packet 1, 98 bytes from p1$'
contains "$(cat /run/live)" '^Packet 2, 98 bytes from p2$'
contains "$(cat /run/live)" '^Verdict: sent to p2$'
contains "$(cat /run/live)" '^Verdict: sent to p1$'
contains "$(bvsctl trace br0 --live icmp -n 0 2>&1 || true)" 'no number of packets'

# ---- what the datapath has decided
pings 1 2
said=$(ovs-appctl dpctl/dump-flows --names)
contains "$said" '^recirc_id\(0\),in_port\(p1\).*eth_type\(0x0800\),ipv4\(.*proto=1.*packets:[1-9].*actions:set\(ipv4\(ttl=63\)\),p2$'
contains "$(ovs-appctl bridge/dump-flows br0)" '^table_id=1, duration=[0-9]+s, n_packets=[1-9].*priority=20,icmp,actions=goto_table:2$'
contains "$(bvsctl cache br0)" 'p2'
