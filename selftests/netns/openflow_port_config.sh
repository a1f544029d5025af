#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# ports' OpenFlow configuration by ovs-ofctl mod-port: what it does to rules and to NORMAL alike, that
# it is told of, and that it outlives the daemon.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done
config() { ovs-ofctl show br0 | grep -A1 "^ $1(" | sed -n 's/ *config: *//p'; }
broadcast() { arrives 1 "dst=ff:ff:ff:ff:ff:ff" "$1"; }

check() { # the three bits, whatever the rules say
    broadcast "2:- 3:-"
    ovs-ofctl mod-port br0 p3 no-flood
    equal "config of p3" "$(config 3)" NO_FLOOD
    broadcast "2:-"
    ovs-ofctl mod-port br0 p3 flood
    ovs-ofctl mod-port br0 p2 no-forward
    broadcast "3:-"
    ovs-ofctl mod-port br0 p2 forward
    ovs-ofctl mod-port br0 p1 no-receive
    broadcast ""
    ovs-ofctl mod-port br0 p1 receive
    broadcast "2:- 3:-"
}
check                                   # NORMAL alone, the short way
ovs-ofctl add-flow br0 "priority=9,in_port=3,actions=drop"
check                                   # NORMAL as an action
ovs-ofctl del-flows br0
ovs-ofctl add-flow br0 "actions=flood"
check

timeout 60 ovs-ofctl monitor br0 65535 >/run/monitor 2>&1 &
sleep 0.5
ovs-ofctl mod-port br0 p2 no-packet-in
ovs-ofctl mod-port br0 p2 no-flood
told() { grep -A2 'PORT_STATUS .*: MOD' /run/monitor | grep -q 'NO_FLOOD NO_PACKET_IN'; }
eventually 5 told
ovs-ofctl del-flows br0
ovs-ofctl add-flow br0 "priority=0,actions=controller"
frames from 2 "$(mac 2)"
frames from 1 "$(mac 1)"
asked() { grep -q "in_port=$1 " /run/monitor; }
eventually 5 asked 1
! asked 2 || fail "a packet-in from a port with no-packet-in"

kill_bvsd
start_bvsd
equal "config of p2 after a restart" "$(config 2)" "NO_FLOOD NO_PACKET_IN"
ovs-ofctl mod-port br0 p2 down
# shellcheck disable=SC2016 # eval's
eventually 5 eval '[ "$(config 2)" = "PORT_DOWN NO_FLOOD NO_PACKET_IN" ]'
ovs-ofctl mod-port br0 p2 up
