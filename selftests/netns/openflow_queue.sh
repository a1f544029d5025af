#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A rule's queue is the class of the port's queueing discipline with this number; packets without
# one go to its default class. So it is also at the near end of a veth, past which frames for the
# guest are sent as long as it has none.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sent() { tc -s class show dev p2 classid "$1" | sed -n 's/ Sent [0-9]* bytes \([0-9]*\) pkt.*/\1/p'; }

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
tc qdisc add dev p2 root handle 1: htb default 1
for class in 1 3 4; do
    tc class add dev p2 parent 1: classid "1:$class" htb rate 1gbit quantum 1514
done
queued() { pings 1 2 && [ "$(sent 1:1)" -gt 0 ]; }
eventually 2 queued
ovs-ofctl add-flow br0 'priority=10,udp,tp_dst=2,actions=set_queue:2,output:2'
ovs-ofctl add-flow br0 'priority=10,udp,tp_dst=3,actions=enqueue:2:3'
before=$(sent 1:1)
at 1 python3 - <<'EOF'
import socket
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port, n in ((2, 5), (3, 7), (4, 2)):
    for _ in range(n):
        sender.sendto(b"x", ("10.0.0.2", port))
EOF
equal "packets of queue 2" "$(sent 1:3)" 5
equal "packets of queue 3" "$(sent 1:4)" 7
[ "$(($(sent 1:1) - before))" -ge 2 ] || fail "packets without a queue are not in the default class"
