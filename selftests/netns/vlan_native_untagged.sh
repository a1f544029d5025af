#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# native-untagged: untagged frames that come in are of the native VLAN, which goes out untagged.
#
#   h1 --vlan_mode=native-untagged tag=10 trunks=20--+       +--tag=10-- h2
#                                                    +  br0  +--tag=20-- h3
#                                                            +--trunk--- h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1 vlan_mode=native-untagged tag=10 trunks=20
plug br0 2 tag=10
plug br0 3 tag=20
plug br0 4

pings 1 2
arrives 1 "" "2:- 4:10"
arrives 1 "tags=10" "2:- 4:10"
arrives 1 "tags=20" "3:- 4:20"
arrives 1 "tags=30" ""
arrives 2 "" "1:- 4:10"
arrives 3 "" "1:20 4:20"
arrives 4 "tags=30" ""
