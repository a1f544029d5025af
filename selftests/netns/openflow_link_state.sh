#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A fast failover group leaves a port whose link goes down, although its own end stays up.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
ip link add p3 type veth peer name e3
ip link set p3 up
ip link set e3 up
plug br0 3
ovs-ofctl -O OpenFlow13 add-group br0 \
    'group_id=1,type=ff,bucket=watch_port:3,output:3,bucket=watch_port:2,output:2'
ovs-ofctl -O OpenFlow13 add-flow br0 'priority=10,in_port=1,actions=group:1'
! at 1 ping -q -c 2 -i 0.2 -W 0.3 10.0.0.2 || fail "the group does not use its first port"
ip link set e3 down
eventually 3 at 1 ping -q -c 1 -W 0.3 10.0.0.2
ip link set e3 up
eventually 3 sh -c '! ip netns exec h1 ping -q -c 1 -W 0.3 10.0.0.2'
