#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Mirrors to ERSPAN of both versions: tshark finds in the packets the session, and the very frames that
# were sent and received, or as much of them as the way takes.
#
#   h1 h2 --+  br0  +-- t0 ... eth0 :h9
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
underlay
ip link set p9 mtu 1500
ip -n h9 link set eth0 mtu 1500
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
pings 1 2

# fields FILE ARGUMENT...: of each packet of an ICMP message.
fields() { tshark -r "$1" -Y icmp -T fields "${@:2}" 2>/run/tshark; }
payloads() { fields "$1" -e data.data | sort | md5sum; }
has() { [ "$(fields "/run/$1.pcap" -e frame.number | wc -l)" = "$2" ]; }

# mirrors VERSION OPTION...: 20 pings of guest 1, large enough to tell them apart.
mirrors() {
    local version=$1 captures=()
    shift
    tunnel erspan 4 "$@"
    vsctl -- --id=@p1 get Port p1 -- --id=@t0 get Port t0 -- --id=@m create Mirror name=m \
        select_src_port=@p1 select_dst_port=@p1 output_port=@t0 -- set Bridge br0 mirrors=@m
    rm -f /run/1.pcap /run/9.pcap
    at 1 tcpdump --immediate-mode -q -U -i eth0 -w /run/1.pcap icmp 2>/dev/null &
    captures+=($!)
    at 9 tcpdump --immediate-mode -q -U -i eth0 -w /run/9.pcap proto gre 2>/dev/null &
    captures+=($!)
    eventually 5 test -e /run/1.pcap
    eventually 5 test -e /run/9.pcap
    at 1 ping -q -c 20 -i 0.01 -s 900 10.0.0.2 >/dev/null
    eventually 10 has 1 40
    eventually 10 has 9 40
    equal "what was mirrored" "$(payloads /run/9.pcap)" "$(payloads /run/1.pcap)"
    equal "versions and sessions" "$(fields /run/9.pcap -e erspan.version -e erspan.spanid | sort -u)" \
        "$version"$'\t'7
    at 1 ping -q -c 1 -s 1472 10.0.0.2 >/dev/null # 1514 bytes
    eventually 10 has 9 42
    equal "truncated frames" "$(fields /run/9.pcap -e erspan.truncated | grep -cE "1|True")" 2
    kill "${captures[@]}"
    vsctl clear Bridge br0 mirrors
}
mirrors 1 options:erspan_ver=1 options:erspan_idx=0x12345
equal index "$(fields /run/9.pcap -e erspan.index | sort -u)" "$((0x12345))"
mirrors 2 options:erspan_ver=2 options:erspan_dir=1 options:erspan_hwid=0x7
equal hardware "$(fields /run/9.pcap -e erspan.hw -e erspan.p | sort -u)" 7$'\t'1
equal directions "$(fields /run/9.pcap -e erspan.direction | grep -cE "1|True")" 42
