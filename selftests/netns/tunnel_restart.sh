#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# bvsd killed six times under a ping at 100/s and a TCP stream that go through a patch pair and a
# tunnel: nothing is lost, and the new daemon adopts what it finds.
#
#   h1 --+ br-int +--patch--+ br0 +-- t0 ... t0 --+ br0 host2 +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

two_hosts
tunnels geneve 4 options:key=7
on 1 vsctl del-port p1 -- add-br br1
on 1 patch_pair br1 br0
on 1 plug br1 1
eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null

start_tcp 1 2 12
start_ping 1 2
for _ in {1..3}; do
    for n in 1 2; do
        on $n kill_bvsd
        sleep 0.3
        on $n start_bvsd
        equal "adopted" "$(on $n ovs-appctl bvs/status | jq .datapath.adopted)" true
        equal "errors" "$(on $n vsctl --bare --columns=error list Interface)" ""
    done
done
on 1 kill_bvsd
ip -n h1 neigh flush all
equal "a new TCP connection without daemon" "$(tcp_message 1 2)" hello
on 1 start_bvsd
finish_tcp
equal "lost pings" "$(lost_pings)" 0
