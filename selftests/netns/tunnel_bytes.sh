#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What leaves by a tunnel, and what comes out of one, is what scapy makes of it, byte for byte: to a
# guest that is not known (copies), and to one that is.
#
#   h1 h2 --+  br0  +-- t0 ... p9 --- scapy
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
for n in 1 2; do
    guest $n
    plug br0 $n
done
wire
for type in gre vxlan geneve; do
    for version in 4 6; do
        for csum in false true; do
            tunnel $type $version options:csum=$csum
            tunnel_frames bytes $type $version $csum
            ovs-appctl fdb/flush br0 >/dev/null
        done
    done
done
