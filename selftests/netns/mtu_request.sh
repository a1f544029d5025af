#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# mtu_request sets a netdev's MTU, and only then is it touched.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
ip link set p2 mtu 1600
vsctl add-br br0
plug br0 1
plug br0 2
equal "MTU of p2" "$(cat /sys/class/net/p2/mtu)" 1600

vsctl set Interface p1 mtu_request=9000
equal "MTU of p1" "$(cat /sys/class/net/p1/mtu)" 9000
eventually 2 iface_is p1 mtu 9000
ip link set p1 mtu 1500 # somebody else does
eventually 2 grep -q 9000 /sys/class/net/p1/mtu
ip link set p2 mtu 1700
eventually 2 iface_is p2 mtu 1700
equal "MTU of p2" "$(cat /sys/class/net/p2/mtu)" 1700
