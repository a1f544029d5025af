#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two bridges joined by a pair of patch ports are like two switches joined by a cable: floods, VLANs
# and learning go through, and only with a peer.
#
#   h1 --trunk--+  br0  +--patch--+  br1  +--trunk-- h3
#   h2 --tag=10-+       +         +       +--tag=10- h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0 -- add-br br1
plug br0 1
plug br0 2 tag=10
plug br1 3
plug br1 4 tag=10
patch_pair br0 br1
equal "errors" "$(iface br0-br1 error)$(iface br1-br0 error)" "[][]"

pings 1 3
pings 4 2
cannot_ping 1 4
gigabits=$(tcp_gigabits 1 3 1)
echo "$gigabits Gb/s through patch ports"
[ "${gigabits%.*}" -ge 1 ] || fail "only $gigabits Gb/s"

arrives 1 "copies=3" "3:- 3:- 3:-"
arrives 1 "tags=10" "2:- 3:10 4:-"
arrives 4 "" "1:10 2:- 3:10"
arrives 1 "dst=$(mac 3)" "3:-"
arrives 3 "dst=$(mac 9)" "1:-"
contains "$(ovs-appctl fdb/show br1)" "10  $(mac 2)"
vsctl set Port br0-br1 trunks=20
arrives 1 "tags=10" "2:-"
arrives 1 "tags=20" "3:20"
vsctl clear Port br0-br1 trunks

vsctl del-port br1-br0
arrives 1 "tags=10" "2:-"
arrives 1 "dst=$(mac 3)" ""
dropped br0-br1 patch-peer || fail "not named: $(ovs-appctl bvs/drops)"
vsctl add-port br1 br1-br0 -- set Interface br1-br0 type=patch options:peer=br0-br1
arrives 1 "dst=$(mac 9)" "3:-"
