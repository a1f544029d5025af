#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Of two routes to the far host the flows inside choose: many use both, one keeps to one.
#
#   h1 --+  br0  +-- t0 ... p8, p9 --- 192.168.5.5
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv4.fib_multipath_hash_policy=1 net.ipv6.fib_multipath_hash_policy=1
start_bvsd
vsctl add-br br0
guest 1
plug br0 1
wire
guest 8 172.16.1.8/24
ip addr add 172.16.1.254/24 dev p8
ip addr add fd00:1::fe/64 dev p8 nodad
ip neigh replace 172.16.1.8 lladdr "$(mac 8)" dev p8 nud permanent
ip neigh replace fd00:1::8 lladdr "$(mac 8)" dev p8 nud permanent
ip route add 192.168.5.5 nexthop via 172.16.0.9 dev p9 nexthop via 172.16.1.8 dev p8
ip route add fd05::5 nexthop via fd00::9 dev p9 nexthop via fd00:1::8 dev p8

sent() { cat "/sys/class/net/p$1/statistics/tx_packets"; }
flows() { tunnel_frames flows "$1"; }
spread() {
    local before=("$(sent 8)" "$(sent 9)") eight nine
    flows 64
    eight=$(($(sent 8) - before[0])) nine=$(($(sent 9) - before[1]))
    echo "$eight by p8, $nine by p9"
    [ $((eight + nine)) -ge 64 ] && [ "$eight" -ge 10 ] && [ "$nine" -ge 10 ]
}
for remote in 192.168.5.5 fd05::5; do
    vsctl --if-exists del-port t0 -- add-port br0 t0 -- \
        set Interface t0 type=vxlan options:remote_ip=$remote options:key=7
    eventually 10 spread
done
ip route replace 192.168.5.5 via 172.16.1.8 dev p8
vsctl set Interface t0 options:remote_ip=192.168.5.5
only_eight() {
    local before
    before=$(sent 8)
    flows 64
    [ $(($(sent 8) - before)) -ge 64 ]
}
eventually 5 only_eight
