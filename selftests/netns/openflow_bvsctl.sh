#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# bvsctl and ovs-ofctl mean the same: what the one makes of a bridge, the other shows, and packets
# go by it.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

of() { ovs-ofctl -O OpenFlow15 "$@"; }
stock_flows() { of --no-stats --no-names --sort dump-flows br0 | sed 's/^ *//' | sort; }
own_flows() { bvsctl --no-stats dump-flows br0 "$@" | sed 's/^ *//' | sort; }
same() { equal "flows" "$(own_flows)" "$(stock_flows)"; }
refused() {
    local said
    ! said=$(bvsctl "${@:2}" 2>&1) || fail "bvsctl ${*:2} was not refused"
    contains "$said" "$1"
}

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done
bvsctl probe br0

# Flows: of one's own, a file's, a bundle's; deleted, changed, replaced.
bvsctl del-flows br0
cannot_ping 1 2
bvsctl add-flow br0 priority=5,arp,actions=flood
bvsctl add-flow br0 ip,nw_dst=10.0.0.2,actions=output:p2
bvsctl add-flows br0 - <<EOF2
# back again
ip,nw_dst=10.0.0.1,actions=output:p1
table=3,tcp,tp_dst=80,actions=dec_ttl,write_actions(output:2),goto_table:4
table=4,cookie=0x7,idle_timeout=60,actions=drop
EOF2
pings 1 2
same
equal "flow count" "$(bvsctl --format=json dump-aggregate br0 table=3 | jq .[0].flows)" 1
[ "$(bvsctl --format=json dump-flows br0 ip,nw_dst=10.0.0.2 | jq .[0].packets)" -gt 0 ] ||
    fail "the ping was not counted"
of add-flow br0 "table=5,priority=7,in_port=1,actions=load:0x5->NXM_NX_REG0[],resubmit(,6)"
same
bvsctl mod-flows br0 table=4,actions=normal
bvsctl --strict del-flows br0 priority=7,table=5,in_port=1
same
own_flows >/run/flows
bvsctl diff-flows br0 /run/flows
of diff-flows br0 /run/flows
{ grep -v 10.0.0.2 /run/flows && echo 'ip,nw_dst=10.0.0.2,actions=drop'; } >/run/other
! bvsctl diff-flows br0 /run/other >/run/diff || fail "no difference was found"
contains "$(cat /run/diff)" '^-ip,nw_dst=10.0.0.2 actions=output:2$'
contains "$(cat /run/diff)" '^\+ip,nw_dst=10.0.0.2 actions=drop$'
bvsctl --bundle replace-flows br0 /run/other
cannot_ping 1 2
bvsctl replace-flows br0 /run/flows
pings 1 2
for version in 10 13 14 15; do
    bvsctl -O OpenFlow$version add-flow br0 "priority=$version,udp,actions=mod_nw_tos:32,output:3"
    contains "$(own_flows -O OpenFlow$version)" "priority=$version,udp"
done
same

# All or none.
before=$(own_flows)
printf 'priority=1,actions=drop\npriority=2,actions=group:9\n' >/run/half
refused 'half:2: the switch answers OFPBAC_BAD_OUT_GROUP.*nothing is changed' \
    --bundle add-flows br0 /run/half
equal "flows after a refused bundle" "$(own_flows)" "$before"
refused '1 of 2 changes were refused' add-flows br0 /run/half
refused OFPBAC_BAD_OUT_GROUP add-flow br0 actions=group:9
refused 'unknown port "p9"' add-flow br0 actions=output:p9
refused 'list-br' dump-flows br9
bvsctl bundle br0 - <<EOF2
group add group_id=1,type=all,bucket=output:2,bucket=output:3
flow add priority=90,udp,tp_dst=9,actions=group:1
EOF2
contains "$(own_flows)" 'priority=90,udp,tp_dst=9 actions=group:1'

# Groups and meters.
bvsctl add-group br0 group_id=2,type=select,bucket=weight:3,output:1,bucket=weight:2,output:2
bvsctl insert-buckets br0 group_id=1,command_bucket_id=last,bucket=bucket_id:7,output:1
equal "groups" "$(bvsctl dump-groups br0 | sed 's/^ *//')" \
    "$(of dump-groups br0 | sed '1d; s/^ *//' | sort)"
bvsctl remove-buckets br0 group_id=1,command_bucket_id=7
bvsctl del-groups br0 group_id=2
equal "groups" "$(bvsctl --format=json dump-groups br0 | jq -c 'map(.group)')" "[1]"
bvsctl add-meter br0 meter=1,kbps,burst,bands=type=drop,rate=1000,burst_size=100
equal "meters" "$(bvsctl dump-meters br0)" "$(of dump-meters br0 | sed 1d)"
refused OFPMMFC_METER_EXISTS add-meter br0 meter=1,pktps,bands=type=drop,rate=5
bvsctl del-meters br0

# What the bridge tells.
equal "ports" "$(bvsctl --format=json dump-ports-desc br0 | jq -c 'map(.name)')" \
    '["p1","p2","p3","br0"]'
contains "$(bvsctl dump-ports br0 p1)" '^ *1 p1'
contains "$(bvsctl features br0)" 'protocol *: OpenFlow 1.5'
contains "$(bvsctl dump-tables br0)" '^ *3 +1 '
bvsctl monitor br0 'watch:!initial' >/run/monitor &
monitoring=$!
monitored() { grep -qE "$1" /run/monitor; }
eventually 10 monitored FLOW_MONITOR_REPLY
bvsctl add-flow br0 priority=100,arp,actions=controller
eventually 10 monitored 'FLOW_MONITOR_REPLY.*: added priority=100,arp actions=CONTROLLER'
bvsctl packet-out br0 "packet=ffffffffffff0200000000770806$(printf '%092d' 0),actions=table"
eventually 10 monitored 'PACKET_IN.*packet=ffffffffffff0200000000770806'
kill "$monitoring"
wait "$monitoring" || true
