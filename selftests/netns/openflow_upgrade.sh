#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A daemon that cannot use the maps of the one before, as of another version, makes its flows and
# groups anew from their records: dump-flows and dump-groups say the same as before.
#
#   h1 h2 --+  br0 (flows and groups), br1 (NORMAL)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br1 -- add-br br0 -- set bridge br0 fail_mode=secure
for n in 1 2; do plug br0 $n; done
of() { ovs-ofctl -O OpenFlow15 "$@"; }
of add-group br0 "group_id=2,type=all,bucket=bucket_id:0,output:2"
of add-group br0 "group_id=1,type=indirect,bucket=bucket_id:0,group:2" # needs the other one
of add-flow br0 "cookie=0x5,priority=7,in_port=1,idle_timeout=500,actions=group:1"
of add-flow br0 "priority=7,in_port=2,send_flow_rem,importance=3,actions=output:1"
of add-flow br0 "table=9,priority=1,tcp,nw_dst=10.0.0.0/8,actions=resubmit(,10)"
for n in {1..300}; do echo "table=20,udp,tp_dst=$n,actions=drop"; done >/run/flows
of add-flows br0 /run/flows
of --strict del-flows br0 "table=20,priority=32768,udp,tp_dst=7"
of mod-flows br0 "table=20,udp,tp_dst=8,actions=output:2"
pings 1 2
said() { for what in dump-flows dump-groups; do of $what br0 --no-stats | sed 's/ xid=.*//' | sort; done; }
before=$(said)
duration() { of dump-flows br0 cookie=5/-1 | sed -n 's/.*duration=\([0-9]*\).*/\1/p'; }
sleep 2

kill_bvsd
rm "$BVS_PIN_DIR/generation-1/events" # no generation for this build any more
start_bvsd
equal "generation" "$(ovs-appctl bvs/status | jq .datapath.generation)" 2
equal "flows and groups" "$(said)" "$before"
[ "$(duration)" -ge 2 ] || fail "the flow is new: $(duration) s"
pings 1 2
equal "br1" "$(ovs-ofctl dump-flows br1 --no-stats)" " priority=0 actions=NORMAL"
