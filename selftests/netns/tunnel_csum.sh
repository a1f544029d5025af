#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Tunnels with checksums, to a kernel that takes no others over IPv6: TCP in super-frames, of Ethernet's
# size and larger, both ways, and not a wrong sum.
#
#   h1 --+  br0  +-- t0 ... p9 --- eth0 - vx0 10.0.0.99 :h9
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
underlay
wrong() { at 9 nstat -asz "$1" | awk -v name="$1" '$1 == name { print $2 }'; }
for mtu in 1500 9000; do
    ip link set p9 mtu $((mtu + 100))
    ip -n h9 link set eth0 mtu $((mtu + 100))
    ip link set p1 mtu $mtu
    ip -n h1 link set eth0 mtu $mtu
    for version in 4 6; do
        tunnel vxlan $version options:csum=true
        KERNEL_SUMS=udpcsum kernel_tunnel $version
        ip -n h9 link set vx0 mtu $mtu address "$(mac 99)"
        ip -n h9 addr add 10.0.0.99/24 dev vx0
        eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.99 >/dev/null
        pings 9 10.0.0.1
        for way in "1 9 1 10.0.0.99" "9 1 1 10.0.0.1"; do
            # shellcheck disable=SC2086
            megabits=$(tcp_megabits $way)
            echo "IPv$version, MTU $mtu, guest ${way%% *} sends: $megabits Mb/s"
            [ "$megabits" -ge 5 ] || fail "under 5 Mb/s"
        done
    done
done
equal "wrong sums" "$(wrong UdpInCsumErrors) $(wrong Udp6InCsumErrors)" "0 0"
