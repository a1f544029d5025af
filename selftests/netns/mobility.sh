#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# One logical switch over three hosts in subnets of their own (docs/tenants.md). A VM moves from one
# host to another under a TCP stream and a ping: the stream survives, its throughput is plotted, lost
# pings are counted, and what belonged to its port moves with it (docs/port-state.md). BVS_PLOT: a
# file that gets the plot as SVG.
#
#   h1 --+ host1 ... router ... host2 +-- h2, which moves to host3
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../overlay/tenants.sh"

for n in 1 2 3; do managed_host $n; done
tenant red 1 "1 2 3" geneve key=7
on 1 guest 1
on 2 guest 2
endpoint 1 red 1 "$(mac 1)"
endpoint 2 red 2 "$(mac 2)"
eventually 20 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null

# counted HOST: packets that its rule for the VM has sent there
counted() {
    on "$1" ovs-ofctl -O OpenFlow13 dump-flows br-int-red "table=1,dl_dst=$(mac 2)" |
        sed -n 's/.*n_packets=\([0-9]*\),.*/\1/p'
}

export TCP_INTERVAL=0.1
start_tcp 1 2 15
start_ping 1 2
sleep 3
began=$(milliseconds)
on 2 bvsctl port-state export p2 --mac="$(mac 2)" >/run/p2.json
before=$(jq '[.flows[] | select(.flow | test("dl_dst")) | .packets] | max' /run/p2.json)
on 2 vsctl del-port p2
ip -n host2 link set p2 netns host3
ip -n host3 link set p2 up
on 3 vsctl add-port br-int-red p2
on 3 bvsctl port-state import p2 </run/p2.json # with external_ids: it is the tenant's endpoint again
[ "$(counted 3)" -ge "$before" ] || fail "the counters stayed behind: $(counted 3), not $before"
echo "moved within $(($(milliseconds) - began)) ms"
finish_tcp
lost=$(lost_pings 2>/dev/null)
after=$(counted 3)
echo "of a hundred pings a second $lost were lost; packets to the VM: $before when it left, now $after"
{ [ "$lost" != all ] && [ "$lost" -lt 800 ]; } || fail "$lost pings were lost"
[ "$after" -gt "$before" ] || fail "its rule counts no more"

jq -r '.intervals[].sum | "\(.start) \(.bits_per_second / 1e6)"' /run/tcp >/run/plot
# plot TERMINAL: the stream's throughput
plot() {
    gnuplot -e "set terminal $1; set xlabel 'seconds'; set ylabel 'Mb/s';
                plot '/run/plot' with lines notitle"
}
plot "dumb 100 20"
[ -z "${BVS_PLOT-}" ] || plot "svg size 960,320" >"$BVS_PLOT"
awk '$1 > 12 && $2 > 0 { alive = 1 } END { exit !alive }' /run/plot || fail "the stream did not come back"
stop_tenants
