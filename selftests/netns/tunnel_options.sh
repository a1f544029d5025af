#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Patch and tunnel ports in the database, in OpenFlow and in the tools: what is said of them, what is
# refused, and what stays when an option changes or the daemon is another.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
ip link add under type veth peer name far
ip link set far up
ip address add 192.0.2.1/24 dev under
ip link set under up
vsctl add-br br0 -- add-br br1
guest 1
plug br0 1
hidden() { ip -br link show type veth | grep -c '^bvs'; }
before=$(hidden)

# ---- a tunnel -----------------------------------------------------------------------------------
vsctl add-port br0 vx0 -- set Interface vx0 type=vxlan options:remote_ip=192.0.2.2 options:key=7
equal "error" "$(iface vx0 error)" "[]"
equal "states" "$(iface vx0 admin_state) $(iface vx0 link_state)" "up up"
equal "mtu and ifindex" "$(iface vx0 mtu) $(iface vx0 ifindex)" "[] 0"
equal "status" "$(iface vx0 status)" "{tunnel_egress_iface=under, tunnel_egress_iface_carrier=up}"
number=$(iface vx0 ofport)
contains "$(ovs-appctl dpif/show)" \
    "^    vx0 $number/[0-9]+: \(vxlan: key=7, remote_ip=192.0.2.2\)$"
contains "$(ovs-ofctl show br0)" "$number\(vx0\): addr:$(iface vx0 mac_in_use)"
contains "$(ovs-ofctl -O OpenFlow15 show br0)" "LIVE"

# In place: its addresses and its number stay.
ovs-appctl fdb/add br0 vx0 0 02:00:00:00:00:99
vsctl set Interface vx0 options:key=8 options:remote_ip=192.0.2.3
contains "$(ovs-appctl dpif/show)" "vx0 $number/[0-9]+: \(vxlan: key=8, remote_ip=192.0.2.3\)"
contains "$(ovs-appctl fdb/show br0)" "02:00:00:00:00:99"
ip address flush dev under
eventually 10 iface_is vx0 status "{}"
ip address add 192.0.2.1/24 dev under
eventually 10 iface_is vx0 status "{tunnel_egress_iface=under, tunnel_egress_iface_carrier=up}"

# ---- what is refused ----------------------------------------------------------------------------
vsctl set Interface vx0 options:remote_ip=peer.example 2>/dev/null
contains "$(iface vx0 error)" "peer.example is no IP address"
equal "ofport" "$(iface vx0 ofport)" -1
vsctl set Interface vx0 options:remote_ip=192.0.2.2 options:psk=secret 2>/dev/null
contains "$(iface vx0 error)" "unencrypted"
vsctl remove Interface vx0 options psk
equal "error" "$(iface vx0 error)" "[]"
vsctl add-port br1 gn0 -- set Interface gn0 type=geneve options:remote_ip=192.0.2.2 \
    options:dst_port=4789 2>/dev/null
contains "$(iface gn0 error)" "4789"
vsctl del-port vx0
eventually 10 iface_is gn0 error "[]"
vsctl del-port gn0

# ---- rules --------------------------------------------------------------------------------------
ovs-ofctl add-flow br0 "tun_id=7,tun_src=192.0.2.2,actions=output:1"
contains "$(ovs-appctl ofproto/trace br0 in_port=2,tun_id=7,tun_src=192.0.2.2)" "output:1"
contains "$(ovs-appctl ofproto/trace br0 in_port=2,tun_id=8,tun_src=192.0.2.2)" "NORMAL"
ovs-ofctl del-flows br0 tun_id=7

# ---- names that are longer than a netdev's, and another daemon ------------------------------------
long=patch-br0-to-br1-of-somebody
vsctl add-port br0 $long -- set Interface $long type=patch options:peer=$long-2 ofport_request=77 \
    -- add-port br1 $long-2 -- set Interface $long-2 type=patch options:peer=$long
ovs-appctl fdb/add br0 $long 0 02:00:00:00:00:98
kill_bvsd
start_bvsd
equal "ofport" "$(iface $long ofport)" 77
contains "$(ovs-appctl fdb/show br0)" "77 +0 +02:00:00:00:00:98"
contains "$(ovs-appctl dpif/show)" "$long 77/[0-9]+: \(patch: peer=$long-2\)"

vsctl set Interface $long-2 type=internal 2>/dev/null
contains "$(iface $long-2 error)" "IFNAMSIZ"
vsctl del-port $long -- del-port $long-2
equal "hidden netdevs" "$(hidden)" "$before"
