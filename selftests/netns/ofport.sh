#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# OpenFlow port numbers: as requested where that is free, and the same after a restart.
#
#   h1 h2 h3 h4 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1 -- set Interface p1 ofport_request=42
plug br0 2
plug br0 3
equal "ofport of p1" "$(iface p1 ofport)" 42
numbers() { for p in p1 p2 p3; do iface $p ofport; done; }
before=$(numbers)
equal "how many numbers" "$(sort -u <<<"$before" | wc -l)" 3

kill_bvsd
start_bvsd
equal "ofports" "$(numbers)" "$before"
vsctl del-port p2
plug br0 4 -- set Interface p4 ofport_request=42 # taken
[ "$(iface p4 ofport)" -gt 0 ] || fail "p4 has no number"
[ "$(iface p4 ofport)" -ne 42 ] || fail "p1 and p4 are both 42"
stop_bvsd --cleanup # the datapath goes, the database stays
start_bvsd
equal "ofport of p1" "$(iface p1 ofport)" 42
pings 1 4
