#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Queue.dscp: whoever gets a packet through the queue sees it, with the sender's ECN, and nobody else;
# while the daemon is dead, and as the database says after the next one has started.
#
#   h1 --+ br0 +-- h2, h3
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
for n in 1 2 3; do
    guest $n
    ip -n h$n addr add fd00::$n/64 dev eth0 nodad
    plug br0 $n
done

# tos N ADDRESS PORT: TOS or traffic class of a datagram from guest 1, which sends it with 0x21, as
# it comes to guest N
tos() {
    /usr/bin/python3 - "$@" <<'PYTHON'
import ctypes, socket, sys
def udp(guest):
    with open(f"/run/netns/h{guest}", "rb") as namespace:
        assert not ctypes.CDLL(None).setns(namespace.fileno(), 0x40000000)
    return socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_DGRAM)
guest, address, port = sys.argv[1:]
six = ":" in address
level, tos, show = ((socket.IPPROTO_IPV6, socket.IPV6_TCLASS, socket.IPV6_RECVTCLASS) if six
                    else (socket.IPPROTO_IP, socket.IP_TOS, 13)) # IP_RECVTOS
far = udp(guest)
far.settimeout(5)
far.setsockopt(level, show, 1)
far.bind((address, int(port)))
near = udp(1)
near.setsockopt(level, tos, 0x21)
near.sendto(b"x", (address, int(port)))
_, more, _, _ = far.recvmsg(100, 100)
print(hex(more[0][2][0]))
PYTHON
}
# marked WHEN N PORT TOS: over IPv4 and IPv6
marked() {
    equal "IPv4 to h$2, port $3, $1" "$(tos "$2" 10.0.0."$2" "$3")" "$4"
    equal "IPv6 to h$2, port $3, $1" "$(tos "$2" fd00::"$2" "$3")" "$4"
}
entries() { bpftool -j map dump pinned "$(find "$BVS_PIN_DIR" -name queue_dscp)" | jq length; }

for queue in 1 2; do
    for ip in udp udp6; do
        ovs-ofctl add-flow br0 "priority=9,$ip,tp_dst=$queue,actions=set_queue:$queue,normal"
    done
done
ovs-ofctl add-flow br0 "priority=9,udp,tp_dst=3,actions=enqueue:p2:1"
vsctl set port p2 qos=@q -- \
    --id=@q create qos type=linux-htb queues:0=@zero queues:1=@one queues:2=@two -- \
    --id=@zero create queue dscp=9 -- --id=@one create queue dscp=46 -- \
    --id=@two create queue other_config:max-rate=1000000
qos=$(vsctl get port p2 qos)
one=$(vsctl get qos "$qos" queues:1)
marked first 2 1 0xb9
marked "by no dscp" 2 2 0x21
marked "by default" 2 9 0x21
marked "at another port" 3 1 0x21
equal "by enqueue" "$(tos 2 10.0.0.2 3)" 0xb9
! grep -q "no effect" /run/log/ovs-vswitchd.log || fail "dscp is warned of"
vsctl set queue "$one" dscp=10
marked changed 2 1 0x29
vsctl set qos "$qos" type=linux-noop
marked "with linux-noop" 2 1 0x29

vsctl set port p3 qos=@q -- --id=@q create qos type=linux-noop queues:1=@one queues:2=@two -- \
    --id=@one create queue dscp=1 -- --id=@two create queue dscp=2
marked "of p3" 3 1 0x5
kill_bvsd
marked "without a daemon" 2 1 0x29
ovs-vsctl --no-wait set queue "$one" dscp=20 -- remove qos "$(ovs-vsctl get port p3 qos)" queues 1
start_bvsd
marked "after a restart" 2 1 0x51
marked "a queue that was removed meanwhile" 3 1 0x21
marked "a queue that was not" 3 2 0x9
equal "entries, of p2's queues 0 and 1 and p3's 2" "$(entries)" 3
vsctl clear port p2 qos -- del-port p3
marked "without QoS" 2 1 0x21
equal "entries that were left behind" "$(entries)" 0
