#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# RSPAN: copies of a mirror with output_vlan are in that VLAN at all ports that carry it. Several
# mirrors at once; a mirror with select_vlan and snaplen; a mirror to a tunnel.
#
#   h1 h2 --+  br0  +-- h3 (trunks=99), h4 (mirror)     +-- t0 ... eth0, vx0 :h9
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
underlay
kernel_tunnel 4
vsctl add-br br0 -- set Bridge br0 flood_vlans=99
plug br0 1 trunks=0,10,20
plug br0 2 trunks=0,10,20
plug br0 3 trunks=99
plug br0 4 trunks=20,99
pings 1 2
vsctl -- --id=@p1 get Port p1 -- --id=@m create Mirror name=rspan select_src_port=@p1 output_vlan=99 \
    -- set Bridge br0 mirrors=@m
arrives 1 "dst=$(mac 2)" "2:- 3:99 4:99"
arrives 1 "dst=$(mac 2) tags=10p5" "2:10p5 3:99p5 4:99p5"

vsctl -- --id=@p4 get Port p4 -- --id=@m create Mirror name=vlan select_all=true select_vlan=20 \
    output_port=@p4 snaplen=40 -- add Bridge br0 mirrors @m
arrives 1 "dst=$(mac 2)" "2:- 3:99"
arrives 1 "dst=$(mac 2) tags=20" "2:20 3:99 4:20"
arrives 2 "dst=$(mac 1) tags=20" "1:20 4:20"

# To another host.
tunnel vxlan 4
vsctl -- --id=@t0 get Port t0 -- --id=@p2 get Port p2 \
    -- --id=@m create Mirror name=tunnel select_dst_port=@p2 output_port=@t0 -- add Bridge br0 mirrors @m
at 9 tcpdump --immediate-mode -q -U -i vx0 -w /run/9.pcap icmp 2>/dev/null &
capture=$!
eventually 5 eval '[ -s /run/9.pcap ]'
sleep 0.5
at 1 ping -q -c 20 -i 0.01 10.0.0.2 >/dev/null
has_all() { [ "$(tcpdump -r /run/9.pcap 2>/dev/null | grep -c "10.0.0.1 > 10.0.0.2: ICMP echo request")" = 20 ]; }
eventually 5 has_all
kill $capture
equal "others" "$(tcpdump -r /run/9.pcap 2>/dev/null | grep -vc 'echo request')" 0

onward_devices() { ip -j link show | jq '[.[] | select(.ifalias // "" | test(":/onward"))] | length'; }
are_onward_devices() { [ "$(onward_devices)" = "$1" ]; }
vsctl del-port t0
equal "onward devices while a mirror needs them" "$(onward_devices)" 2
vsctl clear Bridge br0 mirrors
eventually 5 are_onward_devices 0
