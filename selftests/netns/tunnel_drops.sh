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
grown() { [ "$(count "$1" "$2")" -gt "$before" ]; }
# is_dropped PORT REASON COMMAND...
is_dropped() {
    local port=$1 reason=$2
    shift 2
    before=$(count "$port" "$reason")
    "$@"
    eventually 5 grown "$port" "$reason"
    printf '%-8s %-16s %s\n' "$port" "$reason" "$*"
}
bad() { is_dropped underlay "$1" tunnel_frames bad "$type" "$version" "$2"; }

for type in gre vxlan geneve; do
    for version in 4 6; do
        tunnel $type $version
        bad tunnel-key key
        bad tunnel-key remote
        bad tunnel-martian own
        bad tunnel-header cut
        is_dropped t0 runt tunnel_frames bad $type $version runt
    done
    version=6
    bad tunnel-martian ff02::1
    bad tunnel-martian ::
    version=4
    tunnel $type 4
    bad tunnel-martian 224.0.0.1
    bad tunnel-martian 0.0.0.0
    bad tunnel-martian 255.255.255.255
    case $type in
    gre) changes="version" ;;
    vxlan) changes="flags length" ;;
    geneve) changes="version length options" ;;
    esac
    for change in $changes; do bad tunnel-header "$change"; done
done
contains "$(bvsctl drops)" 'underlay.*tunnel-martian'

# What cannot be sent.
send() { tunnel_frames flows 1; }
remote() { vsctl set Interface t0 options:remote_ip="$1"; }
remote 10.99.0.1
is_dropped t0 tunnel-route send
remote 172.16.0.254
is_dropped t0 tunnel-self send
remote flow
is_dropped t0 tunnel-remote send
remote 172.16.0.9
ip addr del 172.16.0.254/24 dev p9
ip route add 172.16.0.0/24 dev p9
is_dropped t0 tunnel-source send
ip addr add 172.16.0.254/24 dev p9
ip link set p9 mtu 1400
is_dropped t0 tunnel-mtu tunnel_frames flows 1 1400
