#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What ends in a tunnel ends with a name: each bad input, and what bvsctl says of it.
#
#   h1 --+  br0  +-- t0 ... p9 --- scapy
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
wire

count() { jq --arg port "$1" --arg reason "$2" \
    '[.[] | select(.port == $port and .reason == $reason) | .count] | add // 0' \
    <<<"$(ovs-appctl bvs/drops)"; }
# counts PORT REASON NUMBER COMMAND...
counts() {
    "${@:4}"
    [ "$(count "$1" "$2")" -ge "$3" ]
}
# is_dropped TIMES PORT REASON COMMAND...: once the daemon knows of what was changed in the underlay.
is_dropped() {
    local times=$1 port=$2 reason=$3
    shift 3
    eventually 20 counts "$port" "$reason" $(($(count "$port" "$reason") + times)) "$@"
    printf '%-8s %-16s %s\n' "$port" "$reason" "$*"
}
# bad REASON CHANGE...
bad() {
    is_dropped $(($# - 1)) underlay "$1" tunnel_frames bad "$type" "$version" "${@:2}"
}

for type in gre vxlan geneve; do
    case $type in
    gre) wrong="cut version" ;;
    vxlan) wrong="cut flags length" ;;
    geneve) wrong="cut version length options" ;;
    esac
    for version in 4 6; do
        martians=$([ $version = 4 ] && echo 224.0.0.1 0.0.0.0 255.255.255.255 || echo ff02::1 ::)
        tunnel $type $version
        bad tunnel-key key remote
        # shellcheck disable=SC2086
        bad tunnel-martian own $martians
        # shellcheck disable=SC2086
        bad tunnel-header $wrong
        is_dropped 1 t0 runt tunnel_frames bad $type $version runt
    done
done
contains "$(bvsctl drops)" 'underlay.*tunnel-martian'

# What cannot be sent.
send() { tunnel_frames flows 1; }
remote() { vsctl set Interface t0 options:remote_ip="$1"; }
remote 10.99.0.1
is_dropped 1 t0 tunnel-route send
remote 172.16.0.254
is_dropped 1 t0 tunnel-self send
remote flow
is_dropped 1 t0 tunnel-remote send
remote 172.16.0.9
ip addr del 172.16.0.254/24 dev p9
ip route add 172.16.0.0/24 dev p9
is_dropped 1 t0 tunnel-source send
ip addr add 172.16.0.254/24 dev p9
ip link set p9 mtu 1400
is_dropped 1 t0 tunnel-mtu tunnel_frames flows 1 1400
