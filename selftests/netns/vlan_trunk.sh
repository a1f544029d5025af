#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Trunk ports carry all VLANs, or those of their list, with tags; VLAN 0 is that of untagged frames.
#
#   h1 --trunk (all)--+       +--trunks=10,20-- h3
#   h2 --trunk (all)--+  br0  +--trunks=0,10--- h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1
plug br0 2
plug br0 3 trunks=10,20
plug br0 4 trunks=0,10

pings 1 2
pings 1 4
cannot_ping 1 3 # untagged frames are of VLAN 0, which h3 does not carry

arrives 1 "" "2:- 4:-"
arrives 1 "tags=10" "2:10 3:10 4:10"
arrives 1 "tags=20p3" "2:20p3 3:20p3"
arrives 1 "tags=4094" "2:4094"
arrives 3 "tags=10" "1:10 2:10 4:10"
arrives 3 "tags=30" ""
arrives 3 "" ""
arrives 1 "tags=10/20" "2:10/20 3:10/20 4:10/20" # what is below the tag is nobody's business

vsctl set Port p3 trunks=30
arrives 1 "tags=10" "2:10 4:10"
arrives 1 "tags=30" "2:30 3:30"
vsctl clear Port p3 trunks
arrives 1 "tags=4094" "2:4094 3:4094"
