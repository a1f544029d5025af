#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A bridge whose controllers are all away: in standalone mode it switches by itself after three
# times the inactivity probe, by a rule that OpenFlow does not see, and does so no more when a
# controller is back; a restarted daemon keeps it. In secure mode it does nothing of its own.
#
#   h1, h2 --+  br0   controller at 127.0.0.1, later
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0 -- set bridge br0 fail_mode=standalone
for n in 1 2; do plug br0 $n; done
pings 1 2
vsctl set-controller br0 tcp:127.0.0.1:6653 -- set controller br0 inactivity_probe=5000

cannot_ping 1 2 # its tables are empty
ovs-ofctl add-flow br0 "cookie=7,priority=5,actions=drop"
switches_itself() { ovs-appctl bridge/dump-flows br0 | grep -q 'priority=15790320,actions=NORMAL'; }
has_flows() { [ "$(ovs-ofctl dump-flows br0 --no-stats | wc -l)" -eq "$1" ]; }
sleep 5
! switches_itself || fail "it did not wait"
eventually 15 switches_itself
has_flows 0 || fail "OpenFlow sees $(ovs-ofctl dump-flows br0)"
pings 1 2

kill_bvsd
pings 1 2
start_bvsd
switches_itself || fail "forgotten by the restart"
pings 1 2

python3 "$NETNS_TESTS/openflow_controller.py" 127.0.0.1 6653 &
controller=$!
stands_back() { ! switches_itself; }
eventually 15 stands_back
cannot_ping 1 2
kill "$controller"

vsctl set bridge br0 fail_mode=secure
sleep 17
! switches_itself || fail "a secure bridge switches by itself"
cannot_ping 1 2
