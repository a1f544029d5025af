#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Every bridge has a port of its own name: the host's way into it, of VLAN 0 unless told otherwise.
#
#   h1 --+  br0  +-- h2 tag=10
#            |
#           br0, the host: 10.0.0.100
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2 tag=10
ip addr add 10.0.0.100/24 dev br0
ip link set br0 up

pings 1 10.0.0.100
cannot_ping 2 10.0.0.100
ping -q -c 1 -W 1 10.0.0.1 >/dev/null || fail "the host cannot ping h1"
equal "ofport of br0" "$(iface br0 ofport)" 65534
contains "$(ovs-appctl fdb/show br0)" "LOCAL +0  $(cat /sys/class/net/br0/address)"

vsctl set Port br0 tag=10
pings 2 10.0.0.100
cannot_ping 1 10.0.0.100

vsctl set Bridge br0 other_config:hwaddr=02:00:00:00:00:bb
eventually 2 grep -q 02:00:00:00:00:bb /sys/class/net/br0/address
