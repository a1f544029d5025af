#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What is unknown goes once to everybody else of its VLAN; what is known goes to its owner alone;
# nothing goes back to where it came from.
#
#   h1 h2 h3 --trunk--+  br0  +--tag=10-- h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done
plug br0 4 tag=10

arrives 1 "" "2:- 3:-"
arrives 1 "copies=3" "2:- 2:- 2:- 3:- 3:- 3:-"
arrives 1 "dst=$(mac 9)" "2:- 3:-"          # nobody knows 9
arrives 1 "dst=01:00:5e:00:00:05" "2:- 3:-" # multicast
arrives 2 "" "1:- 3:-"
arrives 1 "dst=$(mac 2)" "2:-"
arrives 1 "dst=$(mac 2) tags=10" "2:10 3:10 4:-" # known in VLAN 0, not in VLAN 10
arrives 2 "tags=10" "1:10 3:10 4:-"
arrives 1 "dst=$(mac 2) tags=10" "2:10"
arrives 1 "src=$(mac 7)" "2:- 3:-"
arrives 1 "dst=$(mac 7)" "" # both are behind p1
contains "$(ovs-appctl bvs/drops)" '"reason": ?"same-port"'
