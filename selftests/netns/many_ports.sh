#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The 2,000th port costs the daemon what the 20th does, and a flood reaches those of its VLAN alone.
#
#   h1 h2 --tag=10--+  br0  +--tag=20-- m1 ... m2000
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0 \
    -- set Open_vSwitch . other_config:stats-update-interval=3600000 # which is not to be measured
plug br0 1 tag=10
plug br0 2 tag=10
seq 2000 | sed 's/.*/link add m& type veth peer name x&/' | ip -batch -

# What bvsd works for ten ports that come one by one, in microseconds. The clients take longer the
# more ports there are, as they read the whole database first.
cost_of_ten() {
    local n before
    before=$(cpu_time)
    for n in $(seq "$1" $(($1 + 9))); do
        vsctl add-port br0 "m$n" tag=20
    done
    echo $((($(cpu_time) - before) / 1000))
}
cpu_time() { cut -d ' ' -f 1 "/proc/$(bvsd_pid)/schedstat"; }
# shellcheck disable=SC2046
add_range() { vsctl $(seq "$1" "$2" | sed 's/.*/-- add-port br0 m& tag=20/'); }

words() { ovs-appctl coverage/show | awk '$1 == "map_words_written" { print $NF }'; }

began=$(milliseconds)
add_range 1 20
words_before=$(words)
few=$(cost_of_ten 21)
few_words=$(($(words) - words_before))
for from in $(seq 31 98 1990); do
    add_range "$from" $((from + 97))
done
words_before=$(words)
many=$(cost_of_ten 1991)
equal "map words for ten more ports" "$(($(words) - words_before))" "$few_words"
took=$(($(milliseconds) - began))
echo "ten more ports: $few us with 30 ports, $many us with 2,000; all in $took ms"
# Sixty times as many ports: work in proportion to them would show on the busiest machine.
[ "$many" -lt $((20 * few)) ] || fail "a port costs more the more there are"
[ "$took" -lt 60000 ] || fail "2,000 ports took $took ms"
equal "ports" "$(vsctl list-ports br0 | wc -l)" 2002
pings 1 2
arrives 1 "" "2:-"

kill_bvsd
began=$(milliseconds)
start_bvsd
echo "a restart with 2,002 ports: $(($(milliseconds) - began)) ms"
pings 1 2
