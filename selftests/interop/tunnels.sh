#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# tunnels.sh PEER: guests of ours and a host of another make, `kernel` or `ovs`, behind tunnels of each
# type that it knows, over IPv4 and IPv6, untagged and tagged, and untagged with checksums: ping and
# iperf3 in both directions, as a table.
#
#   h1, h2 tag=10 --+ br0 +-- t0 ... p9 --- :h9, see peers.sh
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/peers.sh"

peer=$1
types="gre erspan vxlan geneve"
[ "$peer" = ovs ] || types=vxlan
# Of its two versions one over each of IP's.
erspan=([4]="options:erspan_ver=1 options:erspan_idx=0x3"
    [6]="options:erspan_ver=2 options:erspan_dir=1 options:erspan_hwid=0x7")

start_bvsd
vsctl add-br br0
guest 1
guest 2 10.1.0.2/24
plug br0 1
plug br0 2 tag=10
underlay
"${peer}_peer"

# row TYPE VERSION INNER GUEST ITS_ADDRESS THEIRS
row() {
    local there back
    eventually 20 at "$4" ping -q -c 1 -W 1 "$6" >/dev/null
    pings "$4" "$6"
    pings 9 "$5"
    there=$(tcp_megabits "$4" 9 1 "$6")
    back=$(tcp_megabits 9 "$4" 1 "$5")
    printf '%-8s %-5s %-9s %-7s %8s %8s\n' "$1" "IPv$2" "$3" "$peer" "$there" "$back"
    if [ "$there" -lt 5 ] || [ "$back" -lt 5 ]; then fail "under 5 Mb/s"; fi
}
printf '%-8s %-5s %-9s %-7s %8s %8s  Mb/s\n' type outer inner peer there back
for type in $types; do
    for version in 4 6; do
        more=()
        [ "$type" != erspan ] || read -ra more <<<"${erspan[$version]}"
        tunnel "$type" $version "${more[@]}"
        "${peer}_end" "$type" $version false "${more[@]}"
        row "$type" $version untagged 1 10.0.0.1 10.0.0.99
        row "$type" $version tagged 2 10.1.0.2 10.1.0.99
        [ "$type" != erspan ] || continue
        vsctl set Interface t0 options:csum=true
        "${peer}_end" "$type" $version true
        row "$type" $version summed 1 10.0.0.1 10.0.0.99
    done
done
"${peer}_gone"
