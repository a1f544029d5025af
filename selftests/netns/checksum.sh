#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Checksums stay right, computed by the sender or left to be completed by whoever needs them, with
# a VLAN tag pushed and popped on the way.
#
#   h1 --tag=10--+  br0  +--tag=10-- h2
#                        +--trunk--- h3, which only listens
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
ip -n h1 neigh add 10.0.0.3 lladdr "$(mac 3)" dev eth0
vsctl add-br br0
plug br0 1 tag=10
plug br0 2 tag=10
plug br0 3

for offload in on off; do
    at 1 ethtool -K eth0 tx-checksum-ip-generic $offload >/dev/null
    for receiver in 2 3; do
        contains "$(frames udp 1 $receiver)" "^right"
    done
done
