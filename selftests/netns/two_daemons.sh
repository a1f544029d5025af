#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two daemons in one namespace, each with its own run, database and pin directory.
#
#   h1 h2 --+  br0 of the first        br1 of the second  +-- h3 h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1
plug br0 2

second() { OVS_RUNDIR=/run/second OVS_DBDIR=/run/second OVS_LOGDIR=/run/second "$@"; }
mkdir /run/second
second bvsd --detach --log-file --pin-dir=/run/bpf/second
second ovs-vsctl --timeout=20 add-br br1 -- add-port br1 p3 -- add-port br1 p4

pings 1 2
pings 3 4
cannot_ping 1 3
equal "bridges of the first" "$(vsctl list-br)" br0
equal "bridges of the second" "$(second ovs-vsctl list-br)" br1

stop_bvsd --cleanup # takes nothing of the other's
pings 3 4
second ovs-appctl exit --cleanup
eventually 5 test ! -e /run/second/ovs-vswitchd.pid
left_nothing
equal "what is left of the second" "$(ls /run/bpf/second 2>/dev/null || true)" ""
