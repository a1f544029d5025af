#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# fdb/add: an entry that frames do not move and a del-port takes away; a flush takes static
# entries too, as Open vSwitch does.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done

ovs-appctl fdb/add br0 p2 0 "$(mac 9)" >/dev/null
arrives 1 "dst=$(mac 9)" "2:-"
frames from 3 "$(mac 9)"
arrives 1 "dst=$(mac 9)" "2:-"
contains "$(ovs-appctl fdb/show br0)" "$(mac 9)  static"

kill_bvsd
start_bvsd
contains "$(ovs-appctl fdb/show br0)" "$(mac 9)  static"

ovs-appctl fdb/del br0 0 "$(mac 9)" >/dev/null
arrives 1 "dst=$(mac 9)" "2:- 3:-"

ovs-appctl fdb/add br0 p2 0 "$(mac 9)" >/dev/null
ovs-appctl fdb/flush br0 >/dev/null
equal "entries after a flush" "$(ovs-appctl fdb/show br0 | tail -n +2)" ""

ovs-appctl fdb/add br0 p2 0 "$(mac 9)" >/dev/null
vsctl del-port p2
arrives 1 "dst=$(mac 9)" "3:-"
