#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An internal port without mtu_request has the smallest MTU of its bridge's other ports, and follows
# it; an MTU below that, which its user has given it, stays.
#
#   h1 h2 --+  br0  +-- int0 int1, with mtu_request
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

guest 1
guest 2
mtu() { cat "/sys/class/net/$1/mtu"; }
has_mtu() { [ "$(mtu "$1")" = "$2" ]; }

ip link set p1 mtu 9000
ip link set p2 mtu 2000
start_bvsd
vsctl add-br br0
equal "MTU of a bridge without ports" "$(mtu br0)" 1500
plug br0 1
equal "MTU of br0" "$(mtu br0)" 9000
vsctl add-port br0 int0 -- set Interface int0 type=internal \
    -- add-port br0 int1 -- set Interface int1 type=internal mtu_request=1600
equal "MTU of int0" "$(mtu int0)" 9000
equal "MTU of int1" "$(mtu int1)" 1600
plug br0 2
equal "MTU of br0" "$(mtu br0)" 2000
eventually 2 iface_is br0 mtu 2000

ip link set p2 mtu 4000
eventually 2 has_mtu br0 4000
eventually 2 has_mtu int0 4000
ip link set br0 mtu 1400 # its user's wish
ip link set p2 mtu 3000
eventually 2 has_mtu int0 3000
equal "MTU of br0" "$(mtu br0)" 1400
ip link set br0 mtu 3500 # what would not pass
eventually 2 has_mtu br0 3000
ip netns del h2
eventually 2 has_mtu int0 9000
eventually 2 has_mtu br0 9000

ip link set br0 mtu 1300
stop_bvsd
start_bvsd
equal "MTU of br0" "$(mtu br0)" 1300
equal "MTU of int0" "$(mtu int0)" 9000
vsctl clear Interface int1 mtu_request
vsctl del-port p1
equal "MTU of int0" "$(mtu int0)" 1500
equal "MTU of int1" "$(mtu int1)" 1500
