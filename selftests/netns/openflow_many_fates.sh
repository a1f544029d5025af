#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# However many different things become of packets, each is cached soon, although no rule changes.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

fates=3000
trajectories() { bvsctl --format=json cache br0 | python3 -c '
import json, sys
print(len(json.load(sys.stdin)["bridges"][0]["trajectories"]))'; }
send() {
    at 1 python3 - "$fates" <<'EOF'
import socket, sys
sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for port in range(int(sys.argv[1])):
    sender.sendto(b"x", ("10.0.0.2", 10000 + port))
EOF
}
cached() { send; [ "$(trajectories)" -ge "$fates" ]; }

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
for ((port = 10000; port < 10000 + fates; ++port)); do
    echo "priority=10,udp,tp_dst=$port,actions=output:2"
done >/run/flows
ovs-ofctl --bundle add-flows br0 /run/flows
pings 1 2
eventually 20 cached
