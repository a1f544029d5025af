#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# IPFIX by ovs-vsctl, to nfcapd and pmacct's nfacctd: exact where sampling is 1, about right where it is
# not. tshark decodes all that is sent, NetFlow v9 too.
#
#   h1 h2 --+  br0, nfcapd and nfacctd at 127.0.0.1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
pings 1 2

start_collectors
start_pmacct nfacctd 9997
start_capture "udp portrange 9995-9997"
vsctl -- --id=@i create IPFIX targets='"127.0.0.1:9995","127.0.0.1:9997"' sampling=1 \
    cache_active_timeout=1 obs_domain_id=5 obs_point_id=6 -- set Bridge br0 ipfix=@i
equal "warnings" "$(grep -c '|WARN|' /run/log/ovs-vswitchd.log)" 0

sends 50 20
collected_ip 9995 20
eventually 20 pmacct_heard nfacctd -14 # octets of IP

# TCP, IPv6 and tags.
tcp_message 1 2
at 1 ping -6 -q -c 3 -I eth0 ff02::1 >/dev/null 2>&1 || true
arrives 1 "dst=$(mac 2) tags=10p3" "2:10p3"

# One in four packets. Half of the mean is over ten standard deviations away.
ipfix=$(vsctl get Bridge br0 ipfix)
vsctl set IPFIX "$ipfix" sampling=4 cache_max_flows=1000
before=$(flows_at 9995 %pkt -A dstport)
sends 100 20
has_sampled() {
    local more=$(($(flows_at 9995 %pkt -A dstport) - before))
    [ "$more" -gt 250 ] && [ "$more" -lt 1000 ]
}
eventually 20 has_sampled

vsctl clear Bridge br0 ipfix -- --id=@n create NetFlow targets='"127.0.0.1:9995"' \
    active_timeout=1 external_ids:bvs-version=9 -- set Bridge br0 netflow=@n
sends 10 10
exported_v9() { [ "$(exporters '.exporters[0].records')" -ge 10 ]; }
eventually 10 exported_v9
equal "what tshark does not understand" "$(not_decoded 9995-9997,cflow)" ""
