#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Access ports: who has a tag is in that VLAN alone, and never sees a tag.
#
#   h1 --tag=10--+       +--tag=20-- h3
#   h2 --tag=10--+  br0  +--trunk--- h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1 tag=10
plug br0 2 tag=10
plug br0 3 tag=20
plug br0 4

pings 1 2
cannot_ping 1 3

arrives 1 "" "2:- 4:10"
arrives 1 "tags=0p5" "2:- 4:10p5" # a priority tag is no VLAN
arrives 1 "tags=10" ""            # an access port takes no tagged frames, not even its own VLAN's
arrives 4 "tags=20" "3:-"
arrives 4 "tags=30" ""
arrives 4 "" ""

vsctl set Port p3 tag=10
pings 1 3
