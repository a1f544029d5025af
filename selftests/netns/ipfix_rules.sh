#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Flow-based IPFIX: what rules sample goes to the collectors of their set, with the domain and the point
# that they say, before and after they have changed it; and to nobody once the set is gone.
#
#   h1 h2 --+  br0, nfcapd at 127.0.0.1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
pings 1 2

start_collectors
start_capture "udp port 9995"
vsctl -- --id=@b get Bridge br0 -- --id=@i create IPFIX targets='"127.0.0.1:9995"' \
    cache_active_timeout=1 cache_max_flows=1000 -- create Flow_Sample_Collector_Set id=9 bridge=@b ipfix=@i >/dev/null
sampled="probability=65535,collector_set_id=9"
ovs-ofctl add-flow br0 "priority=9,udp,actions=sample($sampled,obs_domain_id=7,obs_point_id=8),\
mod_nw_tos:64,normal,sample($sampled,obs_domain_id=17,obs_point_id=18,sampling_port=p2,egress)"
equal "warnings" "$(grep -c '|WARN|' /run/log/ovs-vswitchd.log)" 0

# Each packet is in both domains.
sends 20 10
exported() { [ "$(exporters '.exporters[0] | "\(.protocol) \(.errors)"')" = "IPFIX set 9 0" ]; }
eventually 5 exported
sent_packets=$((2 * sent_packets)) sent_ip_octets=$((2 * sent_ip_octets))
collected_ip 9995 20

# decoded DOMAIN FIELD...: of the records of a domain, each value once.
decoded() {
    local domain=$1 field fields=()
    shift
    for field in "$@"; do fields+=(-e "$field"); done
    tshark -r /run/capture.pcap -d udp.port==9995,cflow -Y "cflow.od_id == $domain && cflow.observation_point_id" -T fields \
        -E occurrence=f "${fields[@]}" 2>/dev/null | sort -u
}
equal "before" "$(decoded 7 cflow.observation_point_id cflow.ip_dscp cflow.direction | tr '\t' ' ')" "8 0 0"
equal "after" "$(decoded 17 cflow.observation_point_id cflow.ip_dscp cflow.direction cflow.outputint | tr '\t' ' ')" \
    "18 16 1 $(cat /sys/class/net/p2/ifindex)"
equal "what tshark does not understand" "$(not_decoded 9995,cflow)" ""

# A set that is not there costs the samples, not the packets.
vsctl -- --all destroy Flow_Sample_Collector_Set
ended() { [ "$(exporters '.exporters | length')" = 0 ]; }
eventually 5 ended
pings 1 2
