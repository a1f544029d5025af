#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# dot1q-tunnel: a customer's frames, tagged or not, travel under the provider's tag and come out as
# they went in; cvlans says which customer VLANs may.
#
#   h1 --tunnel tag=100-------------+       +--trunk--- h3
#   h2 --tunnel tag=100 cvlans=7,8--+  br0  +--tag=100-- h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1 vlan_mode=dot1q-tunnel tag=100
plug br0 2 vlan_mode=dot1q-tunnel tag=100 cvlans=7,8
plug br0 3
plug br0 4 tag=100

arrives 1 "tags=7" "2:7 3:ad:100/7" # no tagged frames for an access port
arrives 1 "" "3:ad:100 4:-"
arrives 1 "tags=9" "3:ad:100/9" # not a customer VLAN of h2
arrives 2 "tags=8" "1:8 3:ad:100/8"
arrives 2 "tags=9" ""
arrives 3 "tags=ad:100/7" "1:7 2:7"

vsctl set Port p1 other_config:qinq-ethtype=802.1q
arrives 1 "tags=7" "2:7 3:100/7"
arrives 3 "tags=100/7" "1:7 2:7"
