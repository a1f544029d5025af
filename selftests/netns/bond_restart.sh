#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A bond goes on as it is while no daemon runs, and the next one changes nothing of it.
#
#   h1 --+ br0 +-- bond0 (p9, q9) === the switch of bond.sh
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/bond.sh"

# Who carries what, as the datapath has it.
buckets() { bpftool -j map lookup pinned "$(bonds_map)" key 1 0 0 0 | jq -c .value; }
bonds_map() { find "$BVS_PIN_DIR" -name bonds | head -1; }

start_bvsd
guest 1
far_switch
vsctl add-br br0
plug br0 1
vsctl add-bond br0 bond0 p9 q9
for mode in active-backup balance-slb; do
    vsctl set Port bond0 bond_mode=$mode
    eventually 5 enabled p9
    eventually 5 enabled q9
    eventually 20 answers
    ovs-appctl bond/set-active-member bond0 q9
    before=$(buckets)
    start_ping 1 9
    for _ in 1 2 3; do
        kill_bvsd
        sleep 0.3
        start_bvsd
        equal "adopted" "$(ovs-appctl bvs/status | jq .datapath.adopted)" true
        equal "active member" "$(active)" q9
    done
    equal "$mode: buckets" "$(buckets)" "$before"
    equal "$mode: lost pings" "$(lost_pings)" 0
done
