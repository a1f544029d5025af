#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What is said of tunnels and of what is below them, in Open vSwitch 3.1's words where it has them.
#
#   [br0] vx1, vx2, vxf, ge, gr      u0 (192.0.2.1, fd00:2::1) -- namespace r (.2, ::2)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# says "COMMAND ARGUMENT..." TEXT
says() {
    # shellcheck disable=SC2086
    equal "$1" "$(ovs-appctl $1)" "$2"
}
tunnel() { ovs-appctl bvs/tunnels | jq -c ".[] | select(.interface == \"$1\") | $2"; }
fits() { [ "$(tunnel "$1" .hint)" = '""' ]; }
status_of() { vsctl get Interface "$1" "status:$2" | tr -d '"'; }
status_is() { [ "$(status_of "$1" "$2")" = "$3" ]; }

start_bvsd
ip netns add r
ip link add u0 type veth peer name eth0 netns r
ip addr add 192.0.2.1/24 dev u0
ip addr add fd00:2::1/64 dev u0 nodad
ip link set u0 up
ip -n r link set eth0 up
ip route add 198.51.100.0/24 via 192.0.2.254
ip route add 203.0.113.0/24 via 192.0.2.253 mtu 1400
ip -6 route add fd00:9::/64 via fd00:2::fe

vsctl add-br br0
says ofproto/list-tunnels ""
says tnl/ports/show "Listening ports:"
vsctl add-port br0 vx1 -- set Interface vx1 type=vxlan options:remote_ip=192.0.2.2 options:key=5
vsctl add-port br0 vx2 -- set Interface vx2 type=vxlan options:remote_ip=203.0.113.2 \
    options:in_key=6 options:out_key=7 options:tos=inherit options:ttl=inherit
vsctl add-port br0 vxf -- set Interface vxf type=vxlan options:remote_ip=flow options:key=flow \
    options:local_ip=192.0.2.1 options:df_default=false options:csum=true
vsctl add-port br0 ge -- set Interface ge type=geneve options:remote_ip=fd00:9::2 options:key=1 \
    options:tos=8
vsctl add-port br0 gr -- set Interface gr type=gre options:remote_ip=10.9.9.9

number() { ovs-appctl bvs/ports | jq ".[] | select(.interface == \"$1\").number"; }
vx1=$(number vx1) vx2=$(number vx2) vxf=$(number vxf) ge=$(number ge) gr=$(number gr)
says ofproto/list-tunnels "$(cat <<EOF
port $ge: ge (geneve: ::->fd00:9::2, key=0x1, legacy_l2, dp port=$ge, ttl=64, tos=0x8)
port $gr: gr (gre: ::->10.9.9.9, key=0, legacy_l2, dp port=$gr, ttl=64)
port $vx1: vx1 (vxlan: ::->192.0.2.2, key=0x5, legacy_l2, dp port=$vx1, ttl=64)
port $vx2: vx2 (vxlan: ::->203.0.113.2, key=0x6, legacy_l2, dp port=$vx2, out_key=0x7, ttl=inherit, tos=inherit)
port $vxf: vxf (vxlan: 192.0.2.1->flow, key=flow, legacy_l2, dp port=$vxf, ttl=64, df=false, csum=true)
EOF
)"
says tnl/ports/show "$(cat <<EOF
Listening ports:
gre_sys ($gr) ref_cnt=1
vxlan_sys_4789 ($vx1) ref_cnt=3
genev_sys_6081 ($ge) ref_cnt=1
EOF
)"
own=$(cat /sys/class/net/u0/address)
verbose=$(ovs-appctl tnl/ports/show -v)
contains "$verbose" "^vxlan_sys_4789 \($vx1\) : eth\(dst=$own\),eth_type\(0x0800\),ipv4\(dst=192\.0\.2\.1,proto=17,frag=no\),udp\(dst=4789\)$"
contains "$verbose" "^gre_sys \($gr\) : eth\(dst=$own\),eth_type\(0x86dd\),ipv6\(dst=fd00:2::1,proto=47,frag=no\)$"

ip neigh add 192.0.2.254 lladdr 02:00:00:00:00:fe dev u0 nud permanent
ip neigh add fd00:2::fe lladdr 02:00:00:00:00:fd dev u0 nud stale
neighbours=$(ovs-appctl tnl/neigh/show)
contains "$neighbours" '^IP                                            MAC                 Bridge$'
contains "$neighbours" '^={74}$'
contains "$neighbours" '^192\.0\.2\.254                                   02:00:00:00:00:fe   u0$'
contains "$neighbours" '^fd00:2::fe                                    02:00:00:00:00:fd   u0 STALE$'
equal tnl/arp/show "$(ovs-appctl tnl/arp/show)" "$neighbours"

routes=$(ovs-appctl ovs/route/show)
equal "the first line of ovs/route/show" "$(head -1 <<<"$routes")" "Route Table:"
contains "$routes" '^Cached: 192\.0\.2\.1/32 dev u0 SRC 192\.0\.2\.1 local$'
contains "$routes" '^Cached: 192\.0\.2\.0/24 dev u0 SRC 192\.0\.2\.1$'
contains "$routes" '^Cached: 198\.51\.100\.0/24 dev u0 GW 192\.0\.2\.254 SRC 192\.0\.2\.1$'
contains "$routes" '^Cached: fd00:9::/64 dev u0 GW fd00:2::fe SRC fd00:2::1$'
says "ovs/route/lookup 192.0.2.2" $'src 192.0.2.1\ngateway ::\ndev u0'
says "ovs/route/lookup 198.51.100.7" $'src 192.0.2.1\ngateway 192.0.2.254\ndev u0'
says "ovs/route/lookup fd00:9::7 pkt_mark=1" $'src fd00:2::1\ngateway fd00:2::fe\ndev u0'
! refused=$(ovs-appctl ovs/route/lookup 10.9.9.9 2>&1) || fail "there is no such route"
contains "$refused" '^Not found$'
! refused=$(ovs-appctl ovs/route/lookup nonsense 2>&1) || fail "that is no address"
contains "$refused" '^Invalid parameters$'

equal vx1 "$(tunnel vx1 '[.type, .local, .remote, .in_key, .egress, .carrier, .underlay_mtu, .inner_mtu, .error]')" \
    '["vxlan","192.0.2.1","192.0.2.2","5","u0",true,1500,1450,""]'
equal vx2 "$(tunnel vx2 '[.in_key, .out_key, .underlay_mtu, .inner_mtu]')" '["6","7",1400,1350]'
equal vxf "$(tunnel vxf '[.local, .remote, .in_key, .egress]')" '["192.0.2.1","flow","flow",""]'
equal ge "$(tunnel ge '[.local, .inner_mtu]')" '["fd00:2::1",1430]'
contains "$(tunnel gr .error)" 'cannot find a route to 10\.9\.9\.9: Network is unreachable'
contains "$(tunnel vx1 .hint)" 'packets of 1451 to 1500 bytes do not fit: .* an MTU of 1550, or the ports of br0 one of 1450'
ip link set br0 mtu 1450
eventually 5 fits vx1

contains "$(bvsctl tunnels)" 'bridge +port +type +local +remote +key +egress +carrier'
contains "$(bvsctl tunnels vx2)" '203\.0\.113\.2 +6 in, 7 out +u0 +up +tc +1400 +1350'
equal "tunnels of br0" "$(bvsctl tunnels br0 --format=json | jq length)" 5
equal "tunnels of nobody" "$(bvsctl tunnels br7 --format=json)" "[]"

eventually 10 status_is vx1 tunnel_egress_iface u0
equal "carrier" "$(status_of vx1 tunnel_egress_iface_carrier)" up
ip -n r link set eth0 down
eventually 10 status_is vx1 tunnel_egress_iface_carrier down
equal "carrier" "$(tunnel vx1 .carrier)" false
