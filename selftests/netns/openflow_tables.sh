#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Flow tables with limits: by rows of Flow_Table and by OFPT_TABLE_MOD, what is refused and what is
# evicted, and who is told that a table gets full. Requests of one controller are forwarded to
# another one that wants to know.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
vsctl -- --id=@t create Flow_Table name=acl flow_limit=3 overflow_policy=refuse groups=NXM_NX_REG0 \
    prefixes=ip_dst -- set bridge br0 flow_tables:1=@t
of() { ovs-ofctl -O OpenFlow14 "$@"; }
ports() { of dump-flows br0 table=1 --no-stats | sed -n 's/.*in_port=\([0-9]*\).*/\1/p' | sort -n | paste -sd' '; }
contains "$(of dump-table-features br0)" '"acl"'

for n in 1 2 3; do of add-flow br0 "table=1,in_port=$n,hard_timeout=$((1000 * n)),actions=drop"; done
refusal=$(of add-flow br0 "table=1,in_port=4,actions=drop" 2>&1 || true)
contains "$refusal" "OFPFMFC_TABLE_FULL"
of add-flow br0 "table=1,in_port=3,hard_timeout=3000,actions=output:1" # replaces one
equal "flows" "$(ports)" "1 2 3"

vsctl set Flow_Table acl overflow_policy=evict
of add-flow br0 "table=1,in_port=4,actions=drop"
equal "what expires first makes room" "$(ports)" "2 3 4"
vsctl set Flow_Table acl flow_limit=2
equal "a lower limit" "$(ports)" "3 4"
vsctl clear bridge br0 flow_tables
for n in 5 6; do of add-flow br0 "table=1,in_port=$n,actions=drop"; done
equal "no limit" "$(ports)" "3 4 5 6"
of del-flows br0

# Importance, 1.4.
vsctl -- --id=@t create Flow_Table flow_limit=10 -- set bridge br0 flow_tables:0=@t
of mod-table br0 0 evict
for n in {1..10}; do of add-flow br0 "in_port=$n,importance=$((20 - n)),actions=drop"; done
of add-flow br0 "in_port=11,importance=50,actions=drop"
equal "the least important" "$(of dump-flows br0 in_port=10 --no-stats)" ""
of del-flows br0
contains "$(of dump-table-desc br0 | grep -A1 'table 0')" "eviction=on"

# Who wants to know hears of a table that gets full, and of others' requests.
of monitor br0 65535 --detach --no-chdir --unixctl=/run/monitor.ctl --pidfile=/run/monitor.pid \
    >/run/monitor 2>&1
set_async=051c0018000000010009000800000018000b000800000003
ovs-appctl -t /run/monitor.ctl ofctl/send "$set_async"
ovs-appctl -t /run/monitor.ctl ofctl/barrier
of mod-table br0 0 vacancy:25,75
for n in {1..8}; do of add-flow br0 "in_port=$n,actions=drop"; done
heard() { grep -q "$1" /run/monitor; }
eventually 5 heard 'OFPT_TABLE_STATUS.*'
eventually 5 heard 'reason=VACANCY_DOWN'
of del-flows br0
eventually 5 heard 'reason=VACANCY_UP'
equal "events" "$(grep -c OFPT_TABLE_STATUS /run/monitor)" 2
of add-group br0 "group_id=7,type=all,bucket=output:1"
eventually 5 heard 'OFPT_REQUESTFORWARD'
ovs-appctl -t /run/monitor.ctl exit
