# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced after lib.sh: two cables to namespace `far`, where another make is.
#
#   p9, q9 --- eth0, eth1 :far

cables() {
    ip netns add far
    # Only who has an address answers for it, and nobody else speaks.
    ip netns exec far sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv6.conf.default.disable_ipv6=1
    ip link add p9 type veth peer name eth0 netns far
    ip link add q9 type veth peer name eth1 netns far
    for port in p9 q9; do
        ip link set "$port" up
        ip -n far link set "$(far_end "$port")" up
    done
}

# The kernel's bridge `lb`, which is 10.0.0.9; guest 8 is behind it.
far_switch() {
    cables
    guest 8
    ip link set p8 netns far
    ip -n far link add lb type bridge
    for port in eth0 eth1 p8; do ip -n far link set "$port" master lb up; done
    ip -n far addr add 10.0.0.9/24 dev lb
    ip -n far link set lb up
}

answers() { at 1 ping -q -c 1 -W 1 10.0.0.9 >/run/ping 2>&1; }
# lost_by_cut: pings of guest 1, a hundred a second, from when its active way was cut until they are
# answered again.
lost_by_cut() {
    eventually 10 answers
    lost_pings
}

# Which of the two is the active member?
active() { ovs-appctl bond/show bond0 | sed -n 's/^active member mac: .*(\(.*\))$/\1/p'; }
is_active() { [ "$(active)" = "$1" ]; }
other_than() { if [ "$1" = p9 ]; then echo q9; else echo p9; fi; }

# far_end MEMBER: the other end of its cable.
far_end() { if [ "$1" = p9 ]; then echo eth0; else echo eth1; fi; }
cut() { ip -n far link set "$(far_end "$1")" down; }
mend() { ip -n far link set "$(far_end "$1")" up; }
enabled() { grep -q "^member $1: enabled" <<<"$(ovs-appctl bond/show bond0)"; }
