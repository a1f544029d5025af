#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Idle and hard timeouts: a flow in use stays, though nobody asks for its counters; what is over goes
# within two seconds and is told of. 50,000 flows with timeouts cost the daemon next to nothing, and
# go in slices.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
of() { ovs-ofctl -O OpenFlow13 "$@"; }
of del-flows br0
timeout 60 ovs-ofctl -O OpenFlow13 monitor br0 65535 >/run/monitor 2>&1 &
sleep 0.5

of add-flow br0 "cookie=0x1,send_flow_rem,idle_timeout=2,in_port=1,actions=output:2"
of add-flow br0 "cookie=0x2,send_flow_rem,in_port=2,idle_timeout=9,hard_timeout=2,actions=output:1"
of add-flow br0 "cookie=0x3,send_flow_rem,idle_timeout=1,hard_timeout=50,in_port=LOCAL,actions=drop"
start_ping 1 2
removed() { grep -q "reason=$2 table_id=0 cookie=$1 " <(tr -d ',' </run/monitor) ||
    grep -q "reason=$2.*cookie[:=]$1" /run/monitor; }
sleep 4.2
echo "== removed so far"; grep FLOW_REMOVED -A1 /run/monitor || true
removed 0x2 hard || fail "the hard timeout is not over after 4 s"
removed 0x3 idle || fail "the idle timeout is not over after 4 s"
! removed 0x1 idle || fail "a flow in use was taken for idle"
lost_pings >/dev/null
eventually 5 removed 0x1 idle

seconds_of() { # of processor, in hundredths
    awk '{ print $14 + $15 }' "/proc/$(bvsd_pid)/stat"
}
for n in {0..49999}; do
    echo "ip,nw_src=10.1.$((n / 256)).$((n % 256)),idle_timeout=600,hard_timeout=1200,actions=drop"
done >/run/flows
of add-flows br0 /run/flows
of dump-aggregate br0
before=$(seconds_of)
sleep 10
used=$(($(seconds_of) - before))
echo "50,000 flows with timeouts: $((used / 10)).$((used % 10)) % of a processor"
[ "$used" -lt 50 ] || fail "more than 5 % of a processor"

sed -i 's/idle_timeout=600/idle_timeout=1/' /run/flows
of add-flows br0 /run/flows
all_gone() { ovs-ofctl -O OpenFlow13 dump-aggregate br0 | grep -q flow_count=0; }
eventually 30 all_gone
