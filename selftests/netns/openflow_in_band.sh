#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A controller behind the very bridge that it controls: rules that OpenFlow does not see let the two
# talk where there are no flows at all, unless in-band control is switched off.
#
#   host br0 10.0.0.100 --+  br0 (secure)  +-- h1: a controller at 10.0.0.1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0 -- set bridge br0 fail_mode=secure
for n in 1 2; do plug br0 $n; done
ip addr add 10.0.0.100/24 dev br0
ip link set br0 up
cannot_ping 1 2
at 1 python3 "$NETNS_TESTS/openflow_controller.py" 10.0.0.1 6653 &
controller=$!
connected() { [ "$(vsctl get controller br0 is_connected)" = "$1" ]; }

vsctl set bridge br0 other_config:disable-in-band=true -- set-controller br0 tcp:10.0.0.1:6653
sleep 2
connected false || fail "connected without in-band control"
equal "hidden rules" "$(ovs-appctl bridge/dump-flows br0)" ""

vsctl remove bridge br0 other_config disable-in-band
equal "hidden rules" "$(ovs-appctl bridge/dump-flows br0 | grep -c 'priority=18000')" 7
eventually 15 connected true
equal "flows" "$(ovs-ofctl dump-flows br0 --no-stats)" ""
cannot_ping 1 2
cannot_ping 1 10.0.0.100 # only the connection
ovs-ofctl del-flows br0
ovs-ofctl add-flow br0 "priority=65535,actions=drop"
kill_bvsd
start_bvsd
eventually 15 connected true

vsctl set controller br0 connection_mode=out-of-band
equal "hidden rules" "$(ovs-appctl bridge/dump-flows br0 | grep -c 'priority=18000')" 0
kill "$controller"
