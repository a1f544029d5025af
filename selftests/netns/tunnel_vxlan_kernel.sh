#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The far host is the kernel's vxlan device below its bridge, over IPv4 and IPv6: ping and TCP, both
# ways.
#
#   h1 --+  br0  +-- t0 ... p9 --- eth0 - vx0 - bridge lb - 10.0.0.99 :h9
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
underlay
ip -n h9 link add lb address "$(mac 99)" type bridge
ip -n h9 addr add 10.0.0.99/24 dev lb
ip -n h9 link set lb up

for version in 4 6; do
    tunnel vxlan $version
    kernel_tunnel $version
    ip -n h9 link set vx0 master lb
    eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.99 >/dev/null
    pings 1 10.0.0.99
    pings 9 10.0.0.1
    for way in "1 9 2 10.0.0.99" "9 1 2 10.0.0.1"; do
        # shellcheck disable=SC2086
        megabits=$(tcp_megabits $way)
        echo "vxlan over IPv$version, guest ${way%% *} sends: $megabits Mb/s"
        [ "$megabits" -ge 5 ] || fail "under 5 Mb/s"
    done
done
