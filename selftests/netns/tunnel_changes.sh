#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What is below a tunnel changes, and the tunnel follows: a route, an address, a netdev that goes and
# comes back, one that becomes a port and is one no more; and the daemon dies meanwhile. The other
# end is the kernel's own VXLAN device.
#
#   h1 -- p1 [br0] vx   u0 (192.0.2.1) ----- 192.0.2.2 eth0
#                       u1 (198.51.100.1) -- 198.51.100.2 eth1  namespace r: vxlan0 (10.0.0.99)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# cable NUMBER NETWORK: u<number> with NETWORK.1, and in namespace r eth<number> with NETWORK.2.
cable() {
    ip link add "u$1" type veth peer name "eth$1" netns r
    ip addr add "$2.1/24" dev "u$1"
    ip link set "u$1" up
    ip -n r addr add "$2.2/24" dev "eth$1"
    ip -n r link set "eth$1" up
}
underlay_at() { grep -q bvs_underlay <<<"$(bpftool net show dev "$1")"; }
no_underlay_at() { ! underlay_at "$1"; }
sends_from() { [ "$(ovs-appctl bvs/tunnels | jq -r '.[0].local')" = "$1" ]; }
egress_is() { [ "$(ovs-appctl bvs/tunnels | jq -r '.[0].egress')" = "$1" ]; }
answers() { at 1 ping -q -c 1 -W 0.5 10.0.0.99 >/dev/null; }
lose_at_most() {
    local lost
    lost=$(lost_pings)
    [[ $lost != all && $lost -le $2 ]] || fail "$1: $lost pings were lost"
}

start_bvsd
guest 1
ip netns add r
ip -n r link set lo up
ip netns exec r sysctl -qw net.ipv4.conf.all.arp_ignore=1 # the address of vxlan0 is known there only
cable 0 192.0.2
ip -n r link add vxlan0 type vxlan id 5 dstport 4789 local 192.0.2.2 remote 192.0.2.1
ip -n r addr add 10.0.0.99/24 dev vxlan0
ip -n r link set vxlan0 up

no_underlay_at u0 || fail "a host without tunnels has programs for them"
vsctl add-br br0
plug br0 1
vsctl add-port br0 vx -- set Interface vx type=vxlan options:remote_ip=192.0.2.2 options:key=5
eventually 5 answers
underlay_at u0 || fail "no program at u0"

echo "an address changes"
ip addr del 192.0.2.1/24 dev u0
ip addr add 192.0.2.7/24 dev u0
ip -n r link set vxlan0 type vxlan remote 192.0.2.7
eventually 5 sends_from 192.0.2.7
eventually 5 answers

echo "a netdev comes, and the route goes that way"
cable 1 198.51.100
eventually 5 underlay_at u1
ip addr add 203.0.113.1/32 dev lo
ip -n r addr add 203.0.113.2/32 dev lo
ip route add 203.0.113.2 via 192.0.2.2
ip -n r route add 203.0.113.1 via 192.0.2.7
ip -n r link del vxlan0
ip -n r link add vxlan0 type vxlan id 5 dstport 4789 local 203.0.113.2 remote 203.0.113.1
ip -n r addr add 10.0.0.99/24 dev vxlan0
ip -n r link set vxlan0 up
vsctl set Interface vx options:remote_ip=203.0.113.2 options:local_ip=203.0.113.1
at 1 ip neigh flush all
eventually 5 answers
egress_is u0 || fail "the route is another"
start_ping 1 10.0.0.99
ip route replace 203.0.113.2 via 198.51.100.2
ip -n r route replace 203.0.113.1 via 198.51.100.1
egress_is u1 || fail "the route has changed"
sleep 0.3
lose_at_most "at a change of routes" 5

echo "the daemon dies, and routes change without it"
start_ping 1 10.0.0.99
kill_bvsd
ip route replace 203.0.113.2 via 192.0.2.2
ip -n r route replace 203.0.113.1 via 192.0.2.7
sleep 0.3
start_bvsd
for netdev in u0 u1; do
    underlay_at $netdev || fail "a daemon that starts takes the program at $netdev away"
done
lose_at_most "without a daemon" 5

echo "a netdev goes and comes back"
ip link del u0
eventually 5 egress_is ""
contains "$(ovs-appctl bvs/tunnels | jq -r '.[0].error')" 'cannot find a route to 203\.0\.113\.2'
! answers || fail "there is a way without a route"
contains "$(bvsctl drops vx)" tunnel-route
cable 0 192.0.2
ip route add 203.0.113.2 via 192.0.2.2
ip -n r route add 203.0.113.1 via 192.0.2.1
eventually 5 answers
underlay_at u0 || fail "no program at the new u0"

echo "a netdev becomes a port, and is one no more"
vsctl add-port br0 u1
has_program u1 || fail "u1 is no port"
no_underlay_at u1 || fail "u1 has the program of what is below tunnels"
ip route replace 203.0.113.2 via 198.51.100.2
contains "$(ovs-appctl bvs/tunnels | jq -r '.[0].error')" 'what comes in there is for bridge br0'
ip route replace 203.0.113.2 via 192.0.2.2
vsctl del-port br0 u1
eventually 5 underlay_at u1
answers || fail "the tunnel does not care for u1"

echo "the last tunnel goes"
vsctl del-port br0 vx
for netdev in u0 u1; do
    no_underlay_at $netdev || fail "the program at $netdev stays behind"
done
equal "addresses that the datapath knows" \
    "$(bpftool -j map dump pinned "$BVS_PIN_DIR"/generation-*/local_addresses | jq length)" 0
