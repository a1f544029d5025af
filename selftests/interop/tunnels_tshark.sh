#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# tunnels_tshark.sh TYPE: a packet of a tunnel of this type over each IP version, as tshark decodes it:
# the layers that it has, and nothing to complain of.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
wire

# A zero checksum is allowed to tunnels over IPv6 (RFC 6935).
decode() {
    tshark -r "$1" -n -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE \
        -o udp.ignore_ipv6_zero_checksum:TRUE "${@:2}" 2>/run/tshark
}
type=$1
case $type in
    gre) layers=gre ;;
    erspan) layers=gre:erspan ;;
    *) layers=udp:$type ;;
esac
for version in 4 6; do
    ip=$([ $version = 6 ] && echo ipv6 || echo ip)
    tunnel "$type" $version
    tunnel_frames pcap /run/one.pcap "$type" $version
    decode /run/one.pcap
    equal layers "$(decode /run/one.pcap -T fields -e frame.protocols)" \
        "eth:ethertype:$ip:$layers:eth:ethertype:ip:udp:data"
    equal "complaints of tshark" "$(decode /run/one.pcap -Y '_ws.expert || _ws.malformed' -V)" ""
done
