#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# ovs-appctl finds the daemon, and its commands answer in Open vSwitch's formats.
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
plug br0 2 tag=10
frames from 1 "$(mac 1)"
frames from 2 "$(mac 2)"

contains "$(ovs-appctl version)" '^ovs-vswitchd|^bvsd'
for command in version exit fdb/show fdb/flush fdb/add fdb/del fdb/stats-show dpif/show \
    vlog/list vlog/set vlog/reopen coverage/show memory/show list-commands; do
    contains "$(ovs-appctl list-commands)" "^  $command( |\$)"
done

equal "head of fdb/show" "$(ovs-appctl fdb/show br0 | head -1)" " port  VLAN  MAC                Age"
contains "$(ovs-appctl fdb/show br0)" "^ {4}1 {5}0  $(mac 1) +[0-9]+$"
contains "$(ovs-appctl fdb/show br0)" "^ {4}2 {4}10  $(mac 2) +[0-9]+$"
contains "$(ovs-appctl fdb/stats-show br0)" "Statistics for bridge \"br0\":"
contains "$(ovs-appctl fdb/stats-show br0)" "Current/maximum MAC entries in the table: [0-9]+/8192"
contains "$(ovs-appctl dpif/show)" "^  br0:$"
contains "$(ovs-appctl dpif/show)" "^    p1 1/[0-9]+: \(system\)$"
equal "fdb/flush" "$(ovs-appctl fdb/flush br0)" "table successfully flushed"
contains "$(ovs-appctl vlog/list)" "console +syslog +file"
ovs-appctl vlog/set file:dbg
mv "$OVS_LOGDIR/ovs-vswitchd.log" "$OVS_LOGDIR/ovs-vswitchd.log.1"
ovs-appctl vlog/reopen
test -e "$OVS_LOGDIR/ovs-vswitchd.log" || fail "vlog/reopen has opened no new file"

# refused STATUS PATTERN COMMAND...: ovs-appctl ends with 2 on an error.
refused() {
    local said status=0
    said=$(ovs-appctl "${@:2}" 2>&1) || status=$?
    equal "exit status of $2" "$status" 2
    contains "$said" "$1"
}
refused 'no such bridge' fdb/show br7
refused '"x" is not a valid command' x
refused 'requires (at least )?4 arguments|needs|requires' fdb/add br0
