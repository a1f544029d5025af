#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two virtual networks share a link of 32 Mb/s evenly. While their streams run, one is given a
# guarantee of 30 Mb/s: it gets that, and the other what is left. Then the guarantee is taken back,
# and the same network is limited to 2 Mb/s, so that the other gets 30. None of the changes loses a
# packet, and nothing is changed in the guests. BVS_PLOT: a file that gets the plot as SVG.
#
#   h1 h2 --+ near +-- u1 u2 --+ far +-- h3 h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 # each packet is ours
start_bvsd
ip link add u1 type veth peer name u2
ip link set u1 up
ip link set u2 up
for n in 1 2 3 4; do
    guest "$n"
    at "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    at "$n" ethtool -K eth0 tso off gso off gro off >/dev/null
done
vsctl add-br near -- add-br far -- add-port near u1 -- add-port far u2 -- \
    set port u1 qos=@link -- \
    --id=@link create qos type=linux-htb other_config:max-rate=32000000 queues:1=@red queues:2=@blue -- \
    --id=@red create queue other_config:min-rate=2000000 external_ids:name=red -- \
    --id=@blue create queue other_config:min-rate=2000000 external_ids:name=blue
plug near 1 tag=10
plug near 2 tag=20
plug far 3 tag=10
plug far 4 tag=20
ovs-ofctl add-flow near 'priority=10,in_port=p1,actions=set_queue:1,normal'
ovs-ofctl add-flow near 'priority=10,in_port=p2,actions=set_queue:2,normal'
pings 1 3
pings 2 4
red=$(vsctl --bare --columns=_uuid find queue external_ids:name=red)

count() { at "$1" cat "/sys/class/net/eth0/statistics/$2"; }
# stream N M: with a window that fits into the queue, so that whatever is lost the change has lost
stream() {
    ip netns exec "h$2" iperf3 -s -1 >"/run/server$1" 2>&1 &
    eventually 5 listens "$2" 5201
    ip netns exec "h$1" iperf3 -c "10.0.0.$2" -t 100 -w 192K -i 0 >"/run/stream$1" 2>&1 &
    streams+=($!)
}
# Until the script ends it: milliseconds and what either network has received.
sample() {
    while sleep 0.4; do
        echo "$(milliseconds) $(count 3 rx_bytes) $(count 4 rx_bytes)"
    done >/run/samples
}
# shares FROM TO: megabits a second of red and of blue, between these milliseconds
shares() {
    awk -v from="$1" -v to="$2" '
        $1 >= from && $1 <= to { if (!t) { t = $1; r = $2; b = $3 } T = $1; R = $2; B = $3 }
        END { printf "%.2f %.2f\n", (R - r) / (T - t) / 125, (B - b) / (T - t) / 125 }' /run/samples
}
# phase NAME RED BLUE: for six seconds, of which the first is for the streams to find their rate; then
# it is within 10 %, or half a megabit.
phase() {
    local began got
    began=$(milliseconds)
    sleep 6.5
    got=$(shares $((began + 1000)) $((began + 6000)))
    echo "$1: red and blue get $got Mb/s"
    awk -v red="$2" -v blue="$3" '
        function near(got, want) { off = got - want; return off * off < (want > 5 ? want * want / 100 : 0.25) }
        { exit !(near($1, red) && near($2, blue)) }' <<<"$got" || fail "$1: expected $2 $3"
}

# lost N M: packets of N's that M has not got, since the last call of `begin N M`
declare -A begun
begin() { begun[$1]=$(($(count "$1" tx_packets) - $(count "$2" rx_packets))); }
lost() { echo $(($(count "$1" tx_packets) - $(count "$2" rx_packets) - begun[$1])); }

begin 1 3
begin 2 4
streams=()
stream 1 3
stream 2 4
start_ping 1 3
sample &
sampling=$!
eventually 5 test -s /run/samples
origin=$(milliseconds)
phase "no guarantee" 16 16
changed=("$(milliseconds)")
vsctl set queue "$red" other_config:min-rate=30000000
phase "red has a guarantee of 30" 30 2
changed+=("$(milliseconds)")
vsctl set queue "$red" other_config:min-rate=2000000
phase "without it" 16 16
changed+=("$(milliseconds)")
vsctl set queue "$red" other_config:max-rate=2000000
phase "red is limited to 2" 2 30
equal "pings of red that were lost" "$(lost_pings 2>/dev/null)" 0
kill "$sampling" "${streams[@]}"
wait "$sampling" "${streams[@]}" || true

none_lost() { [ "$(lost 1 3) $(lost 2 4)" = "0 0" ]; }
eventually 5 none_lost
echo "of $(($(count 1 tx_packets) + $(count 2 tx_packets))) packets none was lost"
contains "$(ovs-appctl qos/show u1)" "Queue 1:"
equal "packets that a queue had no room for" \
    "$(ovs-appctl qos/show u1 | awk '/tx_errors/ { sum += $2 } END { print sum }')" 0

awk -v origin="$origin" '
    NR > 1 { print ($1 - origin) / 1000, ($2 - r) / ($1 - t) / 125, ($3 - b) / ($1 - t) / 125 }
    { t = $1; r = $2; b = $3 }' /run/samples >/run/plot
# plot TERMINAL: what either network gets, and when it was changed
plot() {
    local moment marks=''
    for moment in "${changed[@]}"; do
        moment=$(((moment - origin) / 100))e-1
        marks+="set arrow from $moment, graph 0 to $moment, graph 1 nohead dt 2;"
    done
    gnuplot -e "set terminal $1; set xlabel 'seconds'; set ylabel 'Mb/s'; set yrange [0:36]; $marks
                plot '/run/plot' using 1:2 with lines title 'red',
                     '' using 1:3 with lines title 'blue'"
}
plot "dumb 100 20"
[ -z "${BVS_PLOT-}" ] || plot "svg size 960,320" >"$BVS_PLOT"
