#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A port's QoS of type linux-htb holds what is sent there to the rates in the database, as TCP
# measures them, also behind a veth past which frames were sent before; a change of a rate applies to
# the stream that runs, and without QoS the netdev is as it was.
#
#   h1 --+ br0 +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2

# carries MEGABITS SECONDS: that rate on the wire, within 5 %. Of a frame of 1514 bytes 1448 are TCP's.
carries() {
    local got
    start_tcp 1 2 "$2"
    finish_tcp
    got=$(jq '.end.sum_received.bits_per_second / 1e6' /run/tcp)
    echo "at $1 Mb/s: $got"
    awk -v got="$got" -v rate="$1" 'BEGIN {
        want = rate * 1448 / 1514; exit !(got > want * 0.95 && got < want * 1.05) }' ||
        fail "a rate of $1 Mb/s lets $got Mb/s through"
}

vsctl set port p2 qos=@q -- \
    --id=@q create qos type=linux-htb other_config:max-rate=100000000 queues:1=@one -- \
    --id=@one create queue other_config:max-rate=8000000
equal "error" "$(vsctl get port p2 status)" "{}"
carries 100 4
ovs-ofctl add-flow br0 'priority=10,in_port=p1,actions=set_queue:1,output:p2'
carries 8 5
one=$(vsctl --bare --columns=_uuid find queue)
vsctl set queue "$one" other_config:max-rate=24000000
carries 24 4
ovs-ofctl mod-flows br0 'in_port=p1,actions=enqueue:p2:7'
carries 100 4 # there is no such queue: the default one

vsctl clear port p2 qos
contains "$(tc qdisc show dev p2 root)" "^qdisc noqueue 0: root"
[ "$(tcp_megabits 1 2 2)" -gt 300 ] || fail "the port is still slow"
contains "$(ovs-appctl qos/show p2)" "^QoS not configured on p2$"
