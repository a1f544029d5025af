#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Out of one tunnel and into another: TCP between hosts that have a tunnel to a third one only.
#
#   h1 --+ br0 host1 +-- t0 ... t1 --+ br0 host2 +-- t3 ... t0 --+ br0 host3 +-- h3
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

for n in 1 2 3; do
    host $n
    on $n vsctl add-br br0
done
for n in 1 3; do
    on $n guest $n
    on $n plug br0 $n
done
# tunnel_to HOST PORT FAR-HOST TYPE VERSION
tunnel_to() {
    on "$1" vsctl --if-exists del-port "$2" -- add-port br0 "$2" -- set Interface "$2" type="$4" \
        options:remote_ip="$(far "$3" "$5")"
}
for chain in "gre 4 gre 6" "vxlan 4 geneve 4" "geneve 6 vxlan 4"; do
    read -r first version second other <<<"$chain"
    tunnel_to 1 t0 2 "$first" "$version"
    tunnel_to 2 t1 1 "$first" "$version"
    tunnel_to 2 t3 3 "$second" "$other"
    tunnel_to 3 t0 2 "$second" "$other"
    eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.3 >/dev/null
    for way in "1 3" "3 1"; do
        # shellcheck disable=SC2086
        megabits=$(tcp_megabits $way 2)
        echo "$first over IPv$version, $second over IPv$other, from h${way% *}: $megabits Mb/s"
        [ "$megabits" -ge 5 ] || fail "under 5 Mb/s"
    done
done
