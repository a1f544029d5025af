#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A bond in mode balance-slb to a switch that knows nothing of it: nobody gets a broadcast twice or
# his own one back, addresses stay where they are, and hosts are spread over the members by their
# addresses. A cable that is cut costs less than 100 ms.
#
#   h1, h2, h3 --+ br0 +-- bond0 (p9, q9) === the switch of bond.sh
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/bond.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
far_switch
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done
vsctl add-bond br0 bond0 p9 q9 bond_mode=balance-slb other_config:bond-rebalance-interval=0
eventually 5 enabled p9
eventually 5 enabled q9
eventually 20 answers

arrives 8 "" "1:- 2:- 3:-"
arrives 1 "" "2:- 3:- 8:-"
arrives 2 "dst=$(mac 77)" "1:- 3:- 8:-"
for n in 1 2 3; do
    pings $n 10.0.0.9
    pings 8 $n
    grep -q " $(iface p$n ofport) .*$(mac $n)" <<<"$(ovs-appctl fdb/show br0)" ||
        fail "guest $n is not behind p$n: $(ovs-appctl fdb/show br0)"
done

sent() { ovs-appctl bvs/ports | jq --arg port "$1" '.[] | select(.interface == $port).tx_packets'; }
before=$(sent p9)/$(sent q9)
frames macs 1 64
after=$(sent p9)/$(sent q9)
echo "64 sources: sent by p9/q9 $before before, $after after"
[ "${before%/*}" -lt "${after%/*}" ] || fail "p9 carried none of them"
[ "${before#*/}" -lt "${after#*/}" ] || fail "q9 carried none of them"

hash=$(ovs-appctl bond/hash "$(mac 1)")
ovs-appctl bond/migrate bond0 "$hash" p9
start_ping 1 9
cut p9
eventually 5 is_active q9
lost=$(lost_by_cut)
echo "fail-over of what p9 carried: $lost pings lost, which are $((lost * 10)) ms"
[ "$lost" -lt 10 ] || fail "it took 100 ms or more"
arrives 8 "" "1:- 2:- 3:-"
