#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two bridges know nothing of each other: the same address and VLAN may be in both.
#
#   h1 h2 --+  br0        br1  +-- h3 h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0 -- add-br br1
plug br0 1
plug br0 2
plug br1 3
plug br1 4

pings 1 2
cannot_ping 1 3
arrives 1 "" "2:-"
arrives 3 "" "4:-"
frames from 2 "$(mac 9)"
frames from 4 "$(mac 9)"
arrives 1 "dst=$(mac 9)" "2:-"
arrives 3 "dst=$(mac 9)" "4:-"

ovs-appctl fdb/flush br0 >/dev/null
arrives 3 "dst=$(mac 9)" "4:-"
vsctl del-br br0
arrives 1 "" ""
pings 3 4
