#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What of a netdev's queueing is the switch's, and what is not: it goes on while the daemon is dead
# and is taken over by the next one, or taken away if nobody wants it any more; whoever removes it
# gets it back; what somebody else has put there stays, and the port's error says so; --cleanup takes
# ours, and nothing else. What cannot be followed changes nothing, and says why.
#
#   h1 --+ br0 +-- h2, h3
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0 -- add-port br0 patch0 -- set Interface patch0 type=patch options:peer=nobody
for n in 1 2 3; do plug br0 $n; done

qos_error() { vsctl --if-exists get port "$1" status:qos_error | tr -d '"'; }
root() { tc qdisc show dev "$1" root | sed 's/^qdisc \([a-z_]* [0-9a-f]*:\).*/\1/'; }
root_is() { [ "$(root "$1")" = "$2" ]; }
qos_error_is() { [ "$(qos_error "$1")" = "$2" ]; }
classes_are() { [ "$(classes)" = "$1" ]; }
classes() { tc class show dev p2 | sort; }
sent() { tc -s class show dev p2 classid 1:1 | sed -n 's/ Sent [0-9]* bytes \([0-9]*\) pkt.*/\1/p'; }
# htb PORT [ovs-vsctl argument...]: its QoS is called q
htb() {
    local port=$1
    shift
    vsctl set port "$port" qos=@q -- --id=@q create qos type=linux-htb external_ids:port="$port" "$@"
}
qos_of() { vsctl get port "$1" qos; }

htb p2 other_config:max-rate=50000000
equal "root of p2" "$(root p2)" "htb 1:"
pings 1 2
before=$(classes) sent=$(sent)
[ "$sent" -gt 0 ] || fail "the ping went past the queue"

# Over a dead daemon, and the next one.
kill_bvsd
pings 1 2
start_bvsd
equal "classes after a restart" "$(classes)" "$before"
[ "$(sent)" -gt "$sent" ] || fail "the queue's counters were lost"
equal "error of p2" "$(qos_error p2)" ""
tc qdisc del dev p2 root
eventually 5 root_is p2 "htb 1:"
eventually 5 classes_are "$before"

# Wrong settings: nothing changes.
declare -A wrong=(
    [other_config:max-rate=10M]="port p2: QoS: max-rate=10M is not a whole number from 0 to"
    [type=linux-cake]="there is no QoS type 'linux-cake'; linux-htb, .* are known"
    [type=egress-policer]="QoS type egress-policer is for DPDK's ports only; linux-htb limits this one")
for setting in "${!wrong[@]}"; do
    vsctl set qos "$(qos_of p2)" "$setting"
    contains "$(qos_error p2)" "^${wrong[$setting]}"
    equal "classes with $setting" "$(classes)" "$before"
    vsctl set qos "$(qos_of p2)" type=linux-htb other_config:max-rate=50000000
    equal "error of p2" "$(qos_error p2)" ""
done
vsctl set qos "$(qos_of p2)" queues:99999=@q -- --id=@q create queue other_config:min-rate=1
contains "$(qos_error p2)" "queue 99999 is not within 0 to 61439"
vsctl clear qos "$(qos_of p2)" queues
htb patch0
contains "$(qos_error patch0)" "no network device that could queue"
vsctl clear port patch0 qos
equal "error of patch0" "$(qos_error patch0)" ""

# Somebody else's stays.
tc qdisc add dev p3 root handle 1: tbf rate 9mbit burst 5kb latency 50ms
theirs=$(tc qdisc show dev p3 root)
htb p3
contains "$(qos_error p3)" "^p3 has a queueing discipline of somebody else \(tbf 1:\), which stays; .tc qdisc del dev p3 root."
grep -q "interface p3: p3 has a queueing discipline of somebody else" /run/log/ovs-vswitchd.log ||
    fail "the log says nothing of it"
vsctl set qos "$(qos_of p3)" type=linux-noop
equal "error of p3 with linux-noop" "$(qos_error p3)" ""
equal "qdisc of p3" "$(tc qdisc show dev p3 root)" "$theirs"
vsctl set qos "$(qos_of p3)" type=linux-htb
tc qdisc del dev p3 root
eventually 5 root_is p3 "htb 1:"
eventually 5 qos_error_is p3 ""

# Types that this kernel has, or not.
vsctl set qos "$(qos_of p3)" type=linux-sfq
if [ -n "$(qos_error p3)" ]; then
    contains "$(qos_error p3)" "^this kernel has no sfq: it was built without CONFIG_NET_SCH_SFQ"
    equal "root of p3" "$(root p3)" "noqueue 0:"
else
    equal "root of p3" "$(root p3)" "sfq 1:"
fi
vsctl clear port p3 qos

# A port that was deleted, or lost its QoS, while no daemon ran is given up by the next one.
htb p3
kill_bvsd
ovs-vsctl --no-wait clear port p3 qos -- del-port p2
start_bvsd
equal "root of p2" "$(root p2)" "noqueue 0:"
equal "root of p3" "$(root p3)" "noqueue 0:"
plug br0 2
htb p2
kill_bvsd
tc qdisc add dev p3 root handle 1: tbf rate 9mbit burst 5kb latency 50ms
bvsd --cleanup --pin-dir="$BVS_PIN_DIR" -vconsole:err
equal "root of p2 after --cleanup" "$(root p2)" "noqueue 0:"
equal "root of p3 after --cleanup" "$(root p3)" "tbf 1:"
start_bvsd
equal "root of p2" "$(root p2)" "htb 1:"
stop_bvsd --cleanup
equal "root of p2 after exit --cleanup" "$(root p2)" "noqueue 0:"
