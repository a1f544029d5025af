#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A daemon is killed, and the next one takes its datapath over, or builds another one beside it as
# after an upgrade: packets go on through tunnels and patch ports, whether they go there alone or as
# copies. Without such ports nothing is left of what they needed.
#
#   h1 h3 --+  br1, which floods all  +-- patch --+  br0  +-- VXLAN over p2 -- eth0, vx0 :h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

onward_devices() { ip -j link show | jq '[.[] | select(.ifalias // "" | test(":/onward"))] | length'; }
are_onward_devices() { [ "$(onward_devices)" = "$1" ]; }
generation() { ovs-appctl bvs/status | jq .datapath.generation; }

start_bvsd
guest 1
guest 3
guest 2 192.0.2.2/24
ip addr add 192.0.2.1/24 dev p2
ip -n h2 link add vx0 type vxlan id 7 local 192.0.2.2 remote 192.0.2.1 dstport 4789 dev eth0
ip -n h2 addr add 10.0.0.2/24 dev vx0
ip -n h2 link set vx0 up
vsctl add-br br0 -- add-br br1 -- set bridge br1 flood_vlans=0
plug br1 1
plug br1 3
equal "onward devices, when nobody needs one" "$(onward_devices)" 0
vsctl add-port br1 to0 -- set interface to0 type=patch options:peer=to1 \
    -- add-port br0 to1 -- set interface to1 type=patch options:peer=to0 \
    -- add-port br0 tunnel -- set interface tunnel type=vxlan options:remote_ip=192.0.2.2 options:key=7
pings 1 2
equal "onward devices" "$(onward_devices)" 2
has_program p2 || fail "nothing takes packets out of the tunnel"

start_ping 1 2
for expected in 1 2 3; do
    kill_bvsd
    [ "$expected" = 1 ] || rm "$BVS_PIN_DIR"/generation-*/events # none for this build any more
    start_bvsd
    equal "generation" "$(generation)" "$expected"
    equal "onward devices" "$(onward_devices)" 2
    pings 1 2
done
equal "lost pings" "$(lost_pings)" 0
equal "sent astray" "$(ovs-appctl bvs/drops | jq -c '[.[] | select(.reason == "onward")]')" "[]"

vsctl del-port tunnel -- del-port to0 -- del-port to1
eventually 5 are_onward_devices 0
! has_program p2 || fail "a program is left on p2"
