# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced after lib.sh: guest 9 is a host with tunnels to ours, of the kernel's vxlan device or of Open
# vSwitch's userspace datapath. Its guests are itself: 10.0.0.99 untagged, 10.1.0.99 in VLAN 10.
#
#   p9 172.16.0.254, fd00::fe --- eth0 172.16.0.9, fd00::9 - tunnel - lb 10.0.0.99, v10 10.1.0.99 :h9

# addressed NETDEV ADDRESS
addressed() {
    ip -n h9 addr add "$2/24" dev "$1"
    ip -n h9 link set "$1" up mtu 1500
}

# ---- the kernel ------------------------------------------------------------------------------

# Not every kernel has devices for VLANs: two programs push and pop the tag of what v10 sends and
# gets.
vlan_programs() {
    local clang
    clang=$(compgen -c clang- | grep -E -m 1 '^clang-[0-9]+$')
    "$clang" -O2 -target bpf -x c -c -o /run/vlan.o -idirafter "/usr/include/$(uname -m)-linux-gnu" - <<'END'
#include <linux/bpf.h>
static long (*push)(struct __sk_buff *, __u16, __u16) = (void *)BPF_FUNC_skb_vlan_push;
static long (*pop)(struct __sk_buff *) = (void *)BPF_FUNC_skb_vlan_pop;
__attribute__((section("tc_in"))) int enter(struct __sk_buff *skb) {
    return push(skb, __builtin_bswap16(0x8100), 10) ? 2 : 0;
}
__attribute__((section("tc_out"))) int leave(struct __sk_buff *skb) {
    return skb->vlan_present && (skb->vlan_tci & 4095) == 10 && !pop(skb) ? 0 : 2;
}
char gpl[] __attribute__((section("license"))) = "GPL";
END
    bpftool prog loadall /run/vlan.o /run/bpf/vlan type classifier
    at 9 tc qdisc add dev b10 clsact
    at 9 tc filter add dev b10 ingress bpf direct-action pinned /run/bpf/vlan/enter
    at 9 tc filter add dev b10 egress bpf direct-action pinned /run/bpf/vlan/leave
}

kernel_peer() {
    ip -n h9 link add lb address "$(mac 99)" type bridge
    ip -n h9 link add v10 type veth peer name b10
    ip -n h9 link set b10 master lb up
    vlan_programs
    addressed lb 10.0.0.99
    addressed v10 10.1.0.99
}
# kernel_end vxlan VERSION SUMMED: over IPv6 it then takes nothing without a checksum.
kernel_end() {
    if [ "$3" = true ]; then
        KERNEL_SUMS=udpcsum kernel_tunnel "$2"
    else
        kernel_tunnel "$2"
    fi
    ip -n h9 link set vx0 master lb
}
kernel_gone() { ip -n h9 link del lb; ip -n h9 link del v10; ip -n h9 link del vx0; }

# ---- Open vSwitch ----------------------------------------------------------------------------

theirs() { OVS_RUNDIR=/run/ovs OVS_DBDIR=/run/ovs OVS_LOGDIR=/run/ovs "$@"; }
their_vsctl() { theirs ovs-vsctl --timeout=20 "$@"; }

# It reads and writes eth0 by a raw socket, that has neither super-frames nor checksums to complete.
no_offloads() {
    ethtool -K p9 tx off tso off gso off gro off
    at 9 ethtool -K eth0 tx off
} >/dev/null 2>&1

ovs_peer() {
    no_offloads
    mkdir /run/ovs
    theirs ovsdb-tool create /run/ovs/conf.db /usr/share/openvswitch/vswitch.ovsschema
    theirs ovsdb-server --detach --pidfile --log-file -vconsole:off \
        --remote=punix:/run/ovs/db.sock /run/ovs/conf.db
    theirs ip netns exec h9 ovs-vswitchd --detach --pidfile --log-file -vconsole:off
    their_vsctl add-br br-phy -- set Bridge br-phy datapath_type=netdev \
        other_config:hwaddr="$(mac 9)" -- add-port br-phy eth0 -- \
        set Interface br-phy mtu_request=1600 -- add-br lb -- set Bridge lb datapath_type=netdev -- \
        add-port lb v10 tag=10 -- set Interface v10 type=internal
    ip -n h9 addr flush dev eth0
    ip -n h9 addr add 172.16.0.9/24 dev br-phy
    ip -n h9 addr add fd00::9/64 dev br-phy nodad
    ip -n h9 link set br-phy up
    addressed lb 10.0.0.99
    addressed v10 10.1.0.99
}
# ovs_end TYPE VERSION SUMMED [ovs-vsctl argument...]
ovs_end() {
    local type=$1 version=$2 summed=$3
    shift 3
    their_vsctl --if-exists del-port t0 -- add-port lb t0 -- set Interface t0 type="$type" \
        options:key=7 options:remote_ip="$(near_host "$version")" options:csum="$summed" "$@"
}
ovs_gone() {
    theirs ovs-appctl exit
    theirs ovs-appctl -t ovsdb-server exit
    eventually 5 test ! -e /run/ovs/ovsdb-server.pid
}
