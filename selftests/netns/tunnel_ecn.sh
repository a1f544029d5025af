#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The bits of congestion notification go through tunnels as RFC 6040 has them.
#
#   h1 --+  br0  +-- t0 ... p9 --- scapy
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
wire
for type in gre vxlan geneve; do
    for version in 4 6; do
        tunnel $type $version
        tunnel_frames ecn $type $version
    done
done
dropped t0 tunnel-header || dropped underlay tunnel-header || fail "not named: $(ovs-appctl bvs/drops)"
