#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Guests that run an overlay of their own: VXLAN passes through the switch like any UDP, in
# super-frames too.
#
#   h1: vx0 192.168.9.1 -- eth0 --+  br0  +-- eth0 -- vx0 192.168.9.2 :h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
for n in 1 2; do
    guest $n
    plug br0 $n tag=10
    ip -n h$n link add vx0 type vxlan id 7 local 10.0.0.$n remote 10.0.0.$((3 - n)) \
        dstport 4789 dev eth0
    ip -n h$n addr add 192.168.9.$n/24 dev vx0
    ip -n h$n link set vx0 up
done
pings 1 192.168.9.2
gigabits=$(tcp_gigabits 1 2 1 192.168.9.2)
echo "$gigabits Gb/s inside VXLAN"
[ "${gigabits%.*}" -ge 1 ] || fail "only $gigabits Gb/s"
equal "drops" "$(ovs-appctl bvs/drops | jq -c '[.[] | select(.side == "tx")]')" "[]"
