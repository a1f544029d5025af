#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The group policy of VXLAN, as the kernel's vxlan device has it: there it is the packet's mark, by
# which that host lets packets in, and which its answers have.
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
kernel_tunnel 4 gbp
ip -n h9 addr add 10.0.0.99/24 dev vx0

# Policy 0x4321 with the flag "applied", 8, is mark 0x84321.
at 9 sysctl -qw net.ipv4.fwmark_reflect=1
ip -n h9 rule add pref 100 lookup local
ip -n h9 rule add pref 1 iif vx0 fwmark 0x84321 lookup local
ip -n h9 rule add pref 2 iif vx0 blackhole
ip -n h9 rule del pref 0

tunnel vxlan 4 options:exts=gbp -- set Interface t0 ofport_request=9
ovs-ofctl del-flows br0
ovs-ofctl add-flows br0 - <<'END'
arp,actions=NORMAL
in_port=p1,ip,actions=set_field:0x4321->tun_gbp_id,set_field:8->tun_gbp_flags,output:9
in_port=9,ip,tun_gbp_id=0x4321,tun_gbp_flags=8,actions=output:p1
END
at 1 ip neigh replace 10.0.0.99 lladdr "$(at 9 cat /sys/class/net/vx0/address)" dev eth0
eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.99 >/dev/null
pings 1 10.0.0.99
vsctl remove Interface t0 options exts
cannot_ping 1 10.0.0.99
