# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced after lib.sh by scenarios of several hosts. Host N is namespace hostN with clients, a
# database and a bvsd of its own, in an underlay subnet of its own; the scenario's first namespace is
# the router between them.
#
#   host1: eth0 172.16.1.1, fd00:1::1 --- u1, router, u2 --- eth0 172.16.2.1, fd00:2::1 :host2
#
# What lib.sh has for the first namespace works in host N with `on N` in front: `on 2 plug br0 3`.
# Guests have the same names everywhere. The underlay's MTU is UNDERLAY_MTU, by default enough for
# the largest frames of guests in any tunnel.
: "${UNDERLAY_MTU:=1600}"
hosts=""

sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.accept_dad=0

# host N [bvsd ARGUMENT...]
host() {
    local n=$1
    shift
    ip netns add "host$n"
    mkdir "/run/host$n" "/run/log/host$n"
    hosts+=" $n"
    ip link add "u$n" mtu "$UNDERLAY_MTU" type veth peer name eth0 mtu "$UNDERLAY_MTU" \
        netns "host$n"
    ip addr add "172.16.$n.254/24" dev "u$n"
    ip addr add "fd00:$n::fe/64" dev "u$n" nodad
    ip link set "u$n" up
    on "$n" host_up "$n"
    on "$n" start_bvsd "$@"
}
host_up() {
    ip link set lo up
    ip addr add "172.16.$1.1/24" dev eth0
    ip addr add "fd00:$1::1/64" dev eth0 nodad
    ip link set eth0 up
    ip route add default via "172.16.$1.254"
    ip -6 route add default via "fd00:$1::fe"
}

# on N COMMAND...: a command or a function of lib.sh, in host N. The mounts stay the scenario's, or
# guests made there would not be seen here; so /sys is the router's.
on() {
    local host=$1
    shift
    OVS_RUNDIR=/run/host$host OVS_DBDIR=/run/host$host OVS_LOGDIR=/run/log/host$host \
        BVS_PIN_DIR=/run/bpf/host$host \
        nsenter --net="/run/netns/host$host" bash -euo pipefail -c '"$@"' bash "$@"
}

# far N [VERSION]: host N's underlay address.
far() { if [ "${2-4}" = 6 ]; then echo "fd00:$1::1"; else echo "172.16.$1.1"; fi; }

# two_hosts: guest 1 at bridge br0 of host 1, guest 2 at br0 of host 2.
two_hosts() {
    local n
    for n in 1 2; do
        host $n
        on $n vsctl add-br br0
        on $n guest $n
        on $n plug br0 $n
    done
}

# tunnels TYPE VERSION [OPTION...]: port t0 of br0 of hosts 1 and 2 is a tunnel to the other one.
tunnels() {
    local type=$1 version=$2 n
    shift 2
    for n in 1 2; do
        on $n vsctl --if-exists del-port t0 -- add-port br0 t0 -- set Interface t0 type="$type" \
            options:remote_ip="$(far $((3 - n)) "$version")" "$@"
    done
}

# In lib.sh's place: of all hosts.
clean_up() {
    local n
    for n in $hosts; do
        if on "$n" ovs-appctl version >/dev/null 2>&1; then
            on "$n" stop_bvsd --cleanup
        else
            on "$n" bvsd --cleanup -vconsole:err --pin-dir="/run/bpf/host$n"
        fi
    done
    equal "what is left of hosts" "$(find /run/bpf -path '/run/bpf/host*/*')" ""
    for n in $hosts; do
        equal "devices left in host $n" "$(ip -n "host$n" -o link | grep ' bvs')" ""
    done
}

# shellcheck disable=SC2046
export -f $(compgen -A function)
