#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# takeover.sh VERSION: bvsd is killed in the middle of 10,000 rules while two guests talk through
# them. No packet is lost, the next one has the same flows, and their counters go on.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
rules=10000
ofctl() { ovs-ofctl -O "$version" "$@"; }
flows() { ofctl --no-stats --no-names dump-flows br0 | sort; }
packets_of() { ofctl dump-flows br0 "$1" | sed -n 's/.*n_packets=\([0-9]*\).*/\1/p'; }
counts_on() { [ "$(packets_of icmp,in_port=1)" -gt "$1" ]; }

start_bvsd
vsctl add-br br0
for n in 1 2; do
    guest "$n"
    plug br0 "$n" -- set Interface "p$n" ofport_request="$n"
done
seq "$rules" | awk '{
    printf "table=1,priority=%d,udp,nw_src=10.%d.%d.0/24,tp_dst=%d,actions=drop\n",
           $1 % 50 + 1, $1 / 200, $1 % 200, $1 }' >/run/flows
cat >>/run/flows <<'END'
table=0,arp,actions=NORMAL
table=0,ip,actions=goto_table:1
table=1,icmp,in_port=1,cookie=0x1,actions=2
table=1,icmp,in_port=2,cookie=0x2,actions=1
END
ofctl del-flows br0
ofctl --bundle add-flows br0 /run/flows
[ "$(flows | grep -c actions=)" = $((rules + 4)) ] || fail "not all flows are there"
flows >/run/before

start_ping 1 2
eventually 5 counts_on 10
kill_bvsd
sleep 0.3
start_bvsd
flows >/run/after
diff /run/before /run/after >/run/difference || fail "other flows: $(head /run/difference)"
counted=$(packets_of icmp,in_port=1)
sleep 0.3
equal "lost pings" "$(lost_pings)" 0
[ "$(packets_of icmp,in_port=1)" -gt "$counted" ] || fail "the counters stand still"
answered=$(sed -n 's/.* \([0-9]*\) received.*/\1/p' /run/pings)
[ "$(packets_of icmp,in_port=1)" -ge "$answered" ] || fail "packets were forgotten: $counted"
