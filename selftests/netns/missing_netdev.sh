#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# ovs-vsctl says so when a port has no netdev, and the port works as soon as there is one.
#
#   h1 --+  br0  +-- p2, which does not exist yet
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
vsctl add-br br0
plug br0 1
said=$(plug br0 2 2>&1) || true
contains "$said" "Error detected while setting up 'p2'"
contains "$said" "No such device"
equal "ofport" "$(iface p2 ofport)" -1
contains "$(vsctl show)" 'error: .*p2'

guest 2
eventually 2 iface_is p2 error "[]"
[ "$(iface p2 ofport)" -gt 0 ] || fail "p2 has ofport $(iface p2 ofport)"
pings 1 2
