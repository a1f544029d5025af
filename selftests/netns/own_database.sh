#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The database that bvsd keeps itself: its server outlives bvsd, is started again when it dies, and
# what was configured is there after all.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
pings 1 2

server() { cat "$OVS_RUNDIR/ovsdb-server.pid" 2>/dev/null; }
first=$(server)
kill_bvsd
vsctl --no-wait set Port p2 tag=10 # the server serves
start_bvsd
equal "pid of the server" "$(server)" "$first"
cannot_ping 1 2

kill -9 "$first"
serves() { [ "$(server)" != "$first" ] && ovs-vsctl --no-wait --timeout=1 list-br >/dev/null 2>&1; }
eventually 10 serves
vsctl clear Port p2 tag
pings 1 2

stop_bvsd
pings 1 2 # also without any daemon
start_bvsd
equal "ports" "$(vsctl list-ports br0 | xargs)" "p1 p2"
