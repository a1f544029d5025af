#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The 2,000th port costs what the 20th does, and a flood reaches those of its VLAN alone.
#
#   h1 h2 --+  br0  +-- m1 ... m2000
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1 tag=10
plug br0 2 tag=10
seq 2000 | sed 's/.*/link add m& type veth peer name x&/' | ip -batch -

# The median of ten commands that add one port each.
add_one_by_one() {
    local n began
    for n in $(seq "$1" $(($1 + 9))); do
        began=${EPOCHREALTIME/[.,]/}
        vsctl add-port br0 "m$n" tag=20
        echo $((${EPOCHREALTIME/[.,]/} - began))
    done | sort -n | sed -n 5p
}
add_range() { vsctl $(seq "$1" "$2" | sed 's/.*/-- add-port br0 m& tag=20/'); }

began=$SECONDS
add_range 1 20
few=$(add_one_by_one 21)
for from in $(seq 31 90 1990); do
    add_range "$from" $((from + 89 < 1990 ? from + 89 : 1990))
done
many=$(add_one_by_one 1991)
took=$((SECONDS - began))
echo "one more port: $few us with 30 ports, $many us with 2,000; all in $took s"
# The clients read the whole database first, so their own time grows; the daemon's does not.
[ "$took" -lt 60 ] || fail "2,000 ports took $took s"
equal "ports" "$(vsctl list-ports br0 | wc -l)" 2002
iface_is m2000 ofport "$(iface m2000 ofport)"
pings 1 2
arrives 1 "" "2:-"
