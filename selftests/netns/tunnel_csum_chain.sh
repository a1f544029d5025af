#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Out of a tunnel with checksums and into one without: the kernel would sum up super-frames again, and
# wrongly.
#
#   h9: vx0 10.0.0.9, with sums ... t9 +  br0  + t8 ... vx0 10.0.0.8 :h8
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
for n in 8 9; do
    guest $n 172.16.$n.9/24
    ip addr add 172.16.$n.254/24 dev p$n
    ip link set p$n mtu 1600
    ip -n h$n link set eth0 mtu 1600
    ip -n h$n link add vx0 type vxlan id 7 dstport 4789 local 172.16.$n.9 remote 172.16.$n.254 udpcsum
    ip -n h$n link set vx0 mtu 1500 up
    ip -n h$n addr add 10.0.0.$n/24 dev vx0
    vsctl add-port br0 t$n -- set Interface t$n type=vxlan options:remote_ip=172.16.$n.9 options:key=7
done
ethtool -K p8 tx off >/dev/null # it gets what is cut and summed up
eventually 10 at 9 ping -q -c 1 -W 1 10.0.0.8 >/dev/null
megabits=$(tcp_megabits 9 8 1)
echo "$megabits Mb/s"
[ "$megabits" -ge 5 ] || fail "under 5 Mb/s"
equal "wrong sums" "$(at 8 nstat -asz UdpInCsumErrors | awk 'NR > 1 { print $2 }')" 0
