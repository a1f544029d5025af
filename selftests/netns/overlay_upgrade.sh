#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A daemon is killed, and the next one takes its datapath over, or builds another one beside it as
# after an upgrade: packets go on through tunnels and patch ports, whether they go there alone or as
# copies; whether tc takes them out of tunnels, or XDP in front of it. Without such ports nothing is left
# of what they needed.
#
#   h1 h3 --+  br1, which floods all  +-- patch --+  br0  +-- t0 ... p9 --- eth0, vx0 :h9
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

onward_devices() { ip -j link show | jq '[.[] | select(.ifalias // "" | test(":/onward"))] | length'; }
are_onward_devices() { [ "$(onward_devices)" = "$1" ]; }
generation() { ovs-appctl bvs/status | jq .datapath.generation; }

start_bvsd
guest 1
guest 3
underlay
kernel_tunnel 4
ip -n h9 addr add 10.0.0.99/24 dev vx0
vsctl add-br br0 -- add-br br1 -- set bridge br1 flood_vlans=0
plug br1 1
plug br1 3
equal "onward devices, when nobody needs one" "$(onward_devices)" 0
patch_pair br0 br1
tunnel vxlan 4
pings 1 10.0.0.99
equal "onward devices" "$(onward_devices)" 2
has_program p9 || fail "nothing takes packets out of the tunnel"

start_ping 1 10.0.0.99
for expected in 1 2 3 3 4 5; do
    kill_bvsd
    # none for this build any more
    [ "$expected" = "$(cd "$BVS_PIN_DIR" && echo generation-* | tr -dc 0-9)" ] ||
        rm "$BVS_PIN_DIR"/generation-*/events
    start_bvsd
    equal "generation" "$(generation)" "$expected"
    equal "onward devices" "$(onward_devices)" 2
    pings 1 10.0.0.99
    [ "$expected" != 3 ] || vsctl set Open_vSwitch . other_config:tunnel-aggregation=on
done
has_xdp p9 || fail "XDP takes nothing out of the tunnel"
equal "lost pings" "$(lost_pings)" 0
equal "sent astray" "$(ovs-appctl bvs/drops | jq -c '[.[] | select(.reason == "onward")]')" "[]"

vsctl del-port t0 -- del-port br0-br1 -- del-port br1-br0
eventually 5 are_onward_devices 0
! has_program p9 || fail "a program is left on p9"
! has_xdp p9 || fail "an XDP program is left on p9"
