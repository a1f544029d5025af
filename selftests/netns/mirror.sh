#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Mirrors by ovs-vsctl: what a guest sends and gets comes to the mirror's port frame by frame, once; a
# mirror's port has nothing else; statistics say how much, and go on when the daemon is another.
#
#   h1 h2 --+  br0  +-- h3 (mirror), h4 (trunk)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
for n in 1 2 3 4; do plug br0 $n; done
pings 1 2

vsctl -- --id=@p1 get Port p1 -- --id=@p3 get Port p3 \
    -- --id=@m create Mirror name=m select_src_port=@p1 select_dst_port=@p1 output_port=@p3 \
    -- set Bridge br0 mirrors=@m
equal "warnings" "$(grep -c '|WARN|' /run/log/ovs-vswitchd.log)" 0
arrives 1 "dst=$(mac 2)" "2:- 3:-"
arrives 2 "dst=$(mac 1)" "1:- 3:-"
arrives 2 "dst=$(mac 4)" "4:-"
arrives 1 "tags=10p3" "2:10p3 3:10p3 4:10p3"
arrives 3 "dst=$(mac 2)" "" # it has nothing else
cannot_ping 3 2
dropped p3 mirror-input || fail "what came in at the mirror's port has no name"

# Frame by frame, in both directions.
captures=()
for n in 1 3; do
    at $n tcpdump --immediate-mode -q -U -i eth0 -w "/run/$n.pcap" icmp 2>/dev/null &
    captures+=($!)
done
are_capturing() { [ -e /run/1.pcap ] && [ -e /run/3.pcap ]; }
eventually 5 are_capturing
at 1 ping -q -c 50 -i 0.01 -s 900 10.0.0.2 >/dev/null
frames_of() { tcpdump -r "/run/$1.pcap" -xx -t 2>/dev/null | grep -v "^IP" | sort | md5sum; }
count_of() { tcpdump -r "/run/$1.pcap" 2>/dev/null | wc -l; }
has_all() { [ "$(count_of 1)" = 100 ] && [ "$(count_of 3)" = 100 ]; }
eventually 5 has_all
kill "${captures[@]}"
equal "frames at the mirror" "$(frames_of 3)" "$(frames_of 1)"

# Statistics are of all of it, and of the next daemon too.
statistic() { vsctl get Mirror m "statistics:$1"; }
is_told() { [ "$(statistic tx_packets)" = "$(ovs-appctl bvs/mirrors | jq .[0].packets)" ]; }
eventually 12 is_told
before=$(statistic tx_packets)
[ "$before" -ge 100 ] || fail "the statistics have $before copies of over 100"
kill_bvsd
arrives 1 "dst=$(mac 2)" "2:- 3:-"
start_bvsd
arrives 1 "dst=$(mac 2)" "2:- 3:-"
told_more() { [ "$(statistic tx_packets)" -gt "$before" ]; }
eventually 12 told_more

# What the daemon before was told is no more so.
vsctl set Mirror m select_vlan=20
arrives 1 "dst=$(mac 2) tags=20" "2:20 3:20 4:20"
kill_bvsd
vsctl --no-wait set Mirror m select_vlan=30
start_bvsd
arrives 1 "dst=$(mac 2) tags=20" "2:20 4:20"
vsctl clear Mirror m select_vlan

# What cannot be.
vsctl clear Mirror m output_port
arrives 1 "dst=$(mac 2)" "2:-"
contains "$(cat /run/log/ovs-vswitchd.log)" "bridge br0: mirror m has no copies: it has neither output_port nor output_vlan"
vsctl clear Bridge br0 mirrors
arrives 3 "dst=$(mac 2)" "2:-"
