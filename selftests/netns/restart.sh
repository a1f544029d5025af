#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# bvsd killed ten times under a ping at 100/s and a TCP stream: nothing is lost. While no daemon
# runs, new connections are made and new addresses learned.
#
#   h1 --ping, TCP--> h2, h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n tag=10; done
pings 1 2

start_tcp 1 2 8
start_ping 1 2
for _ in {1..10}; do
    kill_bvsd
    sleep 0.3
    start_bvsd
    equal "adopted" "$(ovs-appctl bvs/status | jq .datapath.adopted)" true
done
kill_bvsd
ip -n h3 neigh flush all
equal "a new TCP connection without daemon" "$(tcp_message 1 3)" hello
frames from 3 "$(mac 9)"
arrives 1 "dst=$(mac 9)" "3:-" # learned, else h2 would see it too
start_bvsd
learned br0 9 10 || fail "what was learned without daemon is forgotten"
finish_tcp
equal "lost pings" "$(lost_pings)" 0
jq -r '"retransmits: \(.end.sum_sent.retransmits), \(.end.sum_received.bits_per_second / 1e9) Gb/s"' \
    /run/tcp
