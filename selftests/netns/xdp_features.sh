#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# XDP needs the VLAN tag in the frame, so rx-vlan-hw-parse is off while it is at a port; afterwards
# the feature is as it was, however XDP came to leave.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

guest 1
guest 2
ethtool -K p2 rxvlan off # as its owner wants it
parses() { ethtool -k "$1" | sed -n 's/^rx-vlan-offload: \([a-z]*\).*/\1/p'; }
is_on() { [ "$(parses "$1")" = on ]; }
is_as_it_was() { [ "$(parses p1) $(parses p2)" = "on off" ]; }
off_at_both() { [ "$(parses p1) $(parses p2)" = "off off" ]; }
xdp_at_both() {
    local n
    for n in 1 2; do
        vsctl --may-exist add-port br0 p$n -- set Interface p$n other_config:hook=xdp
    done
    eventually 2 off_at_both
}

start_bvsd
vsctl add-br br0
is_as_it_was || fail "the starting point is another"

xdp_at_both
vsctl set Interface p1 other_config:hook=tc
eventually 2 is_as_it_was
xdp_at_both
vsctl del-port p1
eventually 2 is_as_it_was
xdp_at_both
ip link set p1 name q1 # the port has lost its netdev, and the netdev its port
eventually 2 is_on q1
ip link set q1 name p1

for start in "" --tcx; do
    xdp_at_both
    kill_bvsd
    # shellcheck disable=SC2086
    start_bvsd $start
    off_at_both || fail "turned on while XDP is there"
    stop_bvsd --cleanup
    is_as_it_was || fail "exit --cleanup has left: $(parses p1) $(parses p2)"
    # shellcheck disable=SC2086
    start_bvsd $start
    off_at_both || fail "not turned off again"
    kill_bvsd
    bvsd --cleanup --pin-dir="$BVS_PIN_DIR" -vconsole:err
    is_as_it_was || fail "--cleanup has left: $(parses p1) $(parses p2)"
    start_bvsd
done

vsctl del-port p1
other_xdp p1
vsctl add-port br0 p1 -- set Interface p1 other_config:hook=xdp
contains "$(iface p1 status:hook_error)" "another's XDP program"
is_as_it_was || fail "turned off for an XDP program that did not come"
