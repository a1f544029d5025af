#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Protected ports have nothing of one another, neither known nor flooded, but with the others they
# talk as ever; what rules send to them is the rules' business.
#
#   h1 h2 (protected) h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done
vsctl set Port p1 protected=true -- set Port p2 protected=true

arrives 2 "" "3:-" # so h2 is known
arrives 1 "" "3:-"
arrives 3 "" "1:- 2:-"
arrives 1 "dst=$(mac 2)" ""
arrives 3 "dst=$(mac 2)" "2:-"
arrives 2 "dst=$(mac 3)" "3:-"
contains "$(ovs-appctl bvs/drops)" '"reason": ?"protected"'

vsctl set Port p2 protected=false
arrives 1 "dst=$(mac 2)" "2:-"
vsctl set Port p2 protected=true
ovs-ofctl add-flow br0 "in_port=1,actions=output:2"
arrives 1 "dst=$(mac 2)" "2:-"
