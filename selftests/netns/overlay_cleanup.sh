#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What bvsd has made for tunnels and patch ports goes without a trace: by `exit --cleanup` of a
# running one, and by `bvsd --cleanup` after one that was killed.
#
#   br0 +-- patch port, tunnel over u0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

ip link add u0 up type veth peer name u1
ip addr add 192.0.2.1/24 dev u0
links() { ip -o link show | awk -F': ' '{ print $2 }' | sort; }
links_before=$(links)

set_up() {
    start_bvsd
    vsctl --may-exist add-br br0 \
        -- --may-exist add-port br0 out -- set Interface out type=patch options:peer=nowhere \
        -- --may-exist add-port br0 tunnel \
        -- set Interface tunnel type=vxlan options:remote_ip=192.0.2.2 \
        -- set Open_vSwitch . other_config:tunnel-aggregation=on
    has_xdp u0 || fail "XDP takes nothing out of tunnels"
    has_program u0 || fail "nothing takes packets out of tunnels"
    contains "$(ip link show)" ":/onward"
}

no_trace() {
    equal "netdevs" "$(links)" "$links_before"
    ! has_program u0 || fail "a program is left on u0"
    ! has_xdp u0 || fail "an XDP program is left on u0"
    equal "files below the pin directory" "$(find "$BVS_PIN_DIR" 2>/dev/null)" ""
}

set_up
stop_bvsd --cleanup
no_trace
set_up
kill_bvsd
bvsd --cleanup --pin-dir="$BVS_PIN_DIR" -vconsole:err
no_trace
