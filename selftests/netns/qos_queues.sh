#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Queues count what is sent through them, and OpenFlow of each version, qos/show and tc agree on it;
# at ports of netdevs of others and at internal ones. Their rates are parts of the port's.
#
#   h1 --+ br0 +-- h2
#            +-- int0, with 10.0.0.3
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0 -- add-port br0 int0 -- set Interface int0 type=internal
plug br0 1
plug br0 2
ip link set int0 up
ip addr add 10.0.0.3/24 dev int0
vsctl set port p2 qos=@q -- set port int0 qos=@q -- \
    --id=@q create qos type=linux-htb other_config:max-rate=10000000 queues:2=@two queues:5=@five -- \
    --id=@two create queue other_config:min-rate=2000000 other_config:burst=80000 -- \
    --id=@five create queue other_config:max-rate=5000000 other_config:priority=3
pings 1 2
pings 1 3

# send M PORT N: UDP packets of 100 bytes on the wire
send() {
    at 1 /usr/bin/python3 -c "
import socket
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range($3):
    sender.sendto(b'x' * 58, ('10.0.0.$1', $2))"
}
# counted PORT QUEUE: packets and bytes, as OpenFlow has them
counted() {
    ovs-ofctl -O "${version-OpenFlow13}" queue-stats br0 "$1" "$2" |
        sed -n 's/.*bytes=\([0-9]*\), pkts=\([0-9]*\), errors=0.*/\2 \1/p'
}
counted_is() { [ "$(counted "$1" "$2")" = "$3" ]; }

for port in p2 int0; do
    case $port in p2) host=2 ;; *) host=3 ;; esac
    ovs-ofctl add-flow br0 "priority=10,ip,udp,nw_dst=10.0.0.$host,tp_dst=2,actions=set_queue:2,output:$port"
    ovs-ofctl add-flow br0 "priority=10,ip,udp,nw_dst=10.0.0.$host,tp_dst=5,actions=enqueue:$port:5"
    send $host 2 30
    send $host 5 70
    for version in OpenFlow10 OpenFlow13 OpenFlow14 OpenFlow15; do
        eventually 2 counted_is $port 2 "30 3000"
        eventually 2 counted_is $port 5 "70 7000"
    done
    shown=$(ovs-appctl qos/show $port)
    equal "qos/show of queue 5 at $port" "$(sed -n '/^Queue 5:/,$p' <<<"$shown")" "Queue 5:
  burst: 12512
  priority: 3
  min-rate: 12000
  max-rate: 5000000
  tx_packets: 70
  tx_bytes: 7000
  tx_errors: 0"
    equal "the head of qos/show" "$(head -n 7 <<<"$shown")" "QoS: $port linux-htb
max-rate: 10000000

Default:
  burst: 12512
  min-rate: 12000
  max-rate: 10000000"
done
contains "$(tc -s class show dev p2 classid 1:6)" "Sent 7000 bytes 70 pkt"
equal "queues of all ports" "$(ovs-ofctl queue-stats br0 | grep -c 'queue [025]:')" 6
contains "$(ovs-ofctl queue-stats br0 p2 9 2>&1 || true)" "BAD_QUEUE"

config=$(ovs-ofctl -O OpenFlow13 queue-get-config br0 p2)
contains "$config" "^queue 2: min_rate:20.0% max_rate:100.0%$"
contains "$config" "^queue 5: min_rate:0.1% max_rate:50.0%$"
equal "queues as OpenFlow 1.4 describes them" \
    "$(ovs-ofctl -O OpenFlow14 queue-get-config br0 p2 | grep ^queue)" "$(grep ^queue <<<"$config")"
contains "$(ovs-appctl qos/show-types p2)" "^QoS type: linux-htb$"
