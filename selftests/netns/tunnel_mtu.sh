#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An underlay that takes no more than the guests' own MTU: who sends too much is told, as by a
# router, and then TCP and the largest ping pass.
#
#   h1 --+ br0 host1 +-- t0 ... router, MTU 1500 ... t0 --+ br0 host2 +-- h2
export UNDERLAY_MTU=1500
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

two_hosts
for n in 1 2; do ip -n h$n addr add "fd01::$n/64" dev eth0 nodad; done
path_mtu() { at 1 ip route get "$1" | sed -n 's/.* mtu \([0-9]*\).*/\1/p' | tail -n 1; }
for type in gre vxlan geneve; do
    for version in 4 6; do
        tunnels $type $version
        eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
        eventually 10 at 1 ping -q -c 1 -W 1 fd01::2 >/dev/null
        for address in 10.0.0.2 fd01::2; do
            large() { at 1 ping -q -c 1 -W 3 -M 'do' -s "$1" "$address"; }
            header=$([ $address = 10.0.0.2 ] && echo 28 || echo 48)
            refused() { ! large $((1500 - header)) >/run/ping 2>&1 && [ -n "$(path_mtu "$address")" ]; }
            eventually 10 refused
            mtu=$(path_mtu "$address")
            echo "$type over IPv$version, $address: MTU $mtu"
            { [ "$mtu" -ge 1400 ] && [ "$mtu" -lt 1500 ]; } || fail "an MTU of $mtu"
            large $((mtu - header)) >/run/ping || fail "not even $mtu: $(cat /run/ping)"
            megabits=$(tcp_megabits 1 2 1 $address)
            [ "$megabits" -ge 5 ] || fail "TCP to $address: under 5 Mb/s"
            ip -n h1 route flush cache
            ip -n h1 -6 route flush cache
        done
        OVS_RUNDIR=/run/host1 dropped t0 tunnel-mtu || fail "not named"
    done
done
