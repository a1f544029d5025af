#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A guest that floods addresses fills its share of the table: nobody else's entry goes, and there
# is room left for new ones.
#
#   h1 (floods), h2, h3 (speaks later) --+  br0, mac-table-size=100
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0 -- set Bridge br0 other_config:mac-table-size=100
for n in 1 2 3; do plug br0 $n; done

frames from 2 "$(mac 2)"
frames macs 1 3000
size=$(ovs-appctl fdb/show br0 | grep -c ' 06:00:')
{ [ "$size" -ge 50 ] && [ "$size" -lt 100 ]; } || fail "h1 has $size of 100 places"
learned br0 2 || fail "h1 has evicted h2"
frames from 3 "$(mac 3)"
learned br0 3 || fail "there was no place left for h3"
arrives 1 "dst=$(mac 3)" "3:-"
arrives 3 "dst=$(mac 2)" "2:-"

# A limit of the port alone: h2 has its own address, and so may learn four more.
vsctl set Port p2 other_config:mac-table-size=5
ovs-appctl fdb/flush br0 >/dev/null
frames from 2 "$(mac 2)"
frames macs 2 100
equal "addresses behind p2" \
    "$(ovs-appctl fdb/show br0 | awk -v port="$(iface p2 ofport)" '$1 == port' | wc -l)" 5
