#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# sFlow by ovs-vsctl, to pmacct's sfacctd: every packet where sampling is 1, counters of ports, and
# tshark decodes all that is sent.
#
#   h1 h2 --+  br0, sfacctd at 127.0.0.1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
pings 1 2

start_pmacct sfacctd 6343
start_capture "udp port 6343"
vsctl -- --id=@s create sFlow targets='"127.0.0.1:6343"' sampling=1 polling=1 header=100 \
    agent=192.0.2.7 -- set Bridge br0 sflow=@s
equal "warnings" "$(grep -c '|WARN|' /run/log/ovs-vswitchd.log)" 0

sends 50 20 600
eventually 20 pmacct_heard sfacctd 4 # the FCS

# Frames, their lengths, where they came in; counters.
samples() { tshark -r /run/capture.pcap -d udp.port==6343,sflow -T fields "$@" 2>/dev/null; }
port_index=$(cat /sys/class/net/p1/ifindex)
contains "$(samples -e sflow_245.agent)" "192.0.2.7"
contains "$(samples -e sflow.flow_sample.input_interface)" "(^|,)$port_index(,|\$)"
contains "$(samples -e sflow_245.ifindex)" "(^|,)$port_index(,|\$)"

# A tag that the kernel has beside the frame is in the sample.
arrives 1 "dst=$(mac 2) tags=10p3" "2:10p3"
is_tagged() { [ -n "$(samples -Y 'vlan.id == 10' -e vlan.id)" ]; }
eventually 10 is_tagged
equal "what tshark does not understand" "$(not_decoded 6343,sflow)" ""
