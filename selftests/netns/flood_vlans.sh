#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# flood_vlans: VLANs in which nothing is learned, so that everything is flooded.
#
#   h1 h2 h3 --trunk--+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0 -- set Bridge br0 flood_vlans=10
for n in 1 2 3; do plug br0 $n; done

for vlan in 10 11; do
    frames seen 2 "tags=$vlan" >/dev/null # h2 has been heard in both
done
arrives 1 "dst=$(mac 2) tags=10" "2:10 3:10"
arrives 1 "dst=$(mac 2) tags=11" "2:11"
learned br0 2 11 || fail "VLAN 11 does not learn"
! learned br0 2 10 || fail "VLAN 10 learns"

vsctl clear Bridge br0 flood_vlans
arrives 2 "tags=10" "1:10 3:10"
arrives 1 "dst=$(mac 2) tags=10" "2:10"
