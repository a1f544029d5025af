#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# TCP travels through tunnels in super-frames: the underlay sees packets far larger than its MTU.
#
#   h1 --+ br0 host1 +-- t0 ... router ... t0 --+ br0 host2 +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

two_hosts
rx() { cat "/sys/class/net/u$1/statistics/rx_$2"; }
for type in gre vxlan geneve; do
    for version in 4 6; do
        tunnels $type $version
        eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
        for way in "1 2" "2 1"; do
            host=${way% *}
            packets=$(rx "$host" packets) bytes=$(rx "$host" bytes)
            # shellcheck disable=SC2086
            megabits=$(tcp_megabits $way 2)
            average=$((($(rx "$host" bytes) - bytes) / ($(rx "$host" packets) - packets)))
            echo "$type over IPv$version from host $host: $megabits Mb/s in packets of $average bytes"
            [ "$average" -gt 3000 ] || fail "packets of $average bytes: no super-frames"
            [ "$megabits" -ge 5 ] || fail "under 5 Mb/s"
        done
    done
done
