#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A database of somebody else's: bvsd connects to a stock ovsdb-server. That one killed, packets
# flow on, and bvsd comes back to it when it does.
#
#   ovsdb-server <- bvsd        h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

db=unix:$OVS_RUNDIR/db.sock
start_server() {
    ovsdb-server --detach --no-chdir --pidfile --log-file=/run/log/external.log -vconsole:off \
        --remote="p$db" "$OVS_DBDIR/conf.db"
}
connected() { [ "$(ovs-appctl bvs/status | jq .database.connected)" = "$1" ]; }

ovsdb-tool create "$OVS_DBDIR/conf.db" "$NETNS_TESTS/../../packaging/vswitch.ovsschema"
start_server
ovs-vsctl --no-wait init
start_bvsd "$db"
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
pings 1 2

kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
eventually 5 connected false
pings 1 2
start_server
eventually 10 connected true
vsctl set Port p2 tag=10
cannot_ping 1 2
vsctl clear Port p2 tag
pings 1 2

# bvsd started before its database waits for it, and the datapath goes on.
kill_bvsd
kill -9 "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
bvsd --log-file --pin-dir="$BVS_PIN_DIR" -vconsole:off "$db" &
sleep 1
pings 1 2
start_server
eventually 10 connected true
vsctl set Port p2 tag=10
cannot_ping 1 2

stop_bvsd --cleanup
kill "$(cat "$OVS_RUNDIR/ovsdb-server.pid")"
eventually 5 eval '! pgrep ovsdb-server'
