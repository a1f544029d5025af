#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The page of metrics is strictly OpenMetrics, counts what was sent, and is had where it should be:
# at a socket for owner and group, and by TCP once that is configured. Clients that are slow, or
# send what makes no sense, are in nobody's way.
#
#   h1 h2 --+  br0
#   h3 ---10+
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

socket=$OVS_RUNDIR/metrics.sock
open_metrics() { /usr/bin/python3 "$NETNS_TESTS/open_metrics.py" "$@"; }
metric() { open_metrics get "$socket" "$@"; }
metric_is() { [ "$(metric "${@:2}")" = "$1" ]; }

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # what it sends unasked is counted as well
start_bvsd
vsctl add-br br0
for n in 1 2 3; do
    guest $n
    at $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    plug br0 $n
done
vsctl set Port p3 tag=10
for n in 1 2; do
    ip -n h$n neigh replace "10.0.0.$((3 - n))" lladdr "$(mac $((3 - n)))" dev eth0
done
send() { at 1 ping -q -c "$1" -i 0.01 -W 2 10.0.0.2 >/dev/null; }
send 1

# ---- what was sent is what is told -----------------------------------------------------------

declare -A before
for port in p1 p2; do
    for what in received_packets received_bytes transmitted_packets transmitted_bytes; do
        before[$port-$what]=$(metric "bvs_port_${what}_total" bridge=br0 "port=$port")
    done
done
send 10
for port in p1 p2; do
    for what in received transmitted; do
        for unit in packets/10 bytes/980; do
            name=${what}_${unit%/*}
            eventually 2 metric_is $((${before[$port-$name]} + ${unit#*/})) \
                "bvs_port_${name}_total" bridge=br0 "port=$port"
        done
    done
done

frames seen 3 tags=20 >/dev/null
eventually 2 metric_is 1 bvs_port_dropped_packets_total port=p3 side=rx reason=input-vlan
equal "up" "$(metric bvs_port_up port=p1)" 1
ip -n h1 link set eth0 down
eventually 2 metric_is 0 bvs_port_up port=p1
ip -n h1 link set eth0 up
ip -n h1 neigh replace 10.0.0.2 lladdr "$(mac 2)" dev eth0
eventually 2 metric_is 1 bvs_port_up port=p1

# ---- rules, and the cache before them --------------------------------------------------------

ovs-ofctl -O OpenFlow13 add-meter br0 'meter=3,pktps,band=type=drop,rate=100000'
ovs-ofctl -O OpenFlow13 add-flow br0 'table=0,priority=5,ip,actions=meter:3,goto_table:2'
ovs-ofctl -O OpenFlow13 add-flow br0 'table=2,actions=normal'
followed() { echo $(($(metric bvs_cache_hits_total) + $(metric bvs_cache_misses_total))); }
followed_is() { [ "$(followed)" = "$1" ]; }
known=$(followed)
lookups=$(metric bvs_table_lookups_total bridge=br0 table=2)
send 10
eventually 2 followed_is $((known + 20))
[ "$(metric bvs_cache_hits_total)" -gt 0 ] || fail "no packet found its way in the cache"
[ "$(metric bvs_cache_misses_total)" -gt 1 ] || fail "the tables were run for nobody"
equal "unkept" "$(metric bvs_cache_unkept_total)" 0
eventually 2 metric_is $((lookups + 20)) bvs_table_lookups_total bridge=br0 table=2
equal "matches" "$(metric bvs_table_matches_total table=2)" "$(metric bvs_table_lookups_total table=2)"
equal "rules" "$(metric bvs_table_rules bridge=br0)" 3
equal "meter" "$(metric bvs_meter_packets_total bridge=br0 meter=3)" 20
[ "$(metric bvs_cache_entries bridge=br0)" -gt 1 ] || fail "the cache is empty"

ovs-ofctl add-flow br0 'priority=9,icmp,actions=controller,normal'
send 5
eventually 2 metric_is 10 bvs_bridge_packet_ins_total bridge=br0

# ---- services --------------------------------------------------------------------------------

vsctl -- set Port p2 qos=@q \
    -- --id=@q create QoS type=linux-htb other_config:max-rate=100000000 \
    -- --id=@p1 get Port p1 -- --id=@p3 get Port p3 \
    -- --id=@m create Mirror name=m select_src_port=@p1 output_port=@p3 -- set Bridge br0 mirrors=@m
send 5
eventually 2 metric_is 5 bvs_queue_packets_total bridge=br0 port=p2 queue=0
eventually 2 metric_is 5 bvs_mirror_packets_total bridge=br0 mirror=m
equal "rate" "$(metric bvs_queue_most_rate_bits port=p2 queue=0)" 100000000
vsctl clear Bridge br0 mirrors

# ---- names are as people chose them ----------------------------------------------------------

vsctl --no-wait set-controller br0 tcp:127.0.0.1:1 -- add-port br0 'a"b\c'
equal "controller" "$(metric bvs_controller_connected bridge=br0 target=tcp:127.0.0.1:1)" 0
eventually 2 metric_is 1 bvs_port_in_error 'interface=a\"b\\c'
vsctl del-port br0 'a"b\c'
open_metrics described "$socket" "$NETNS_TESTS/../../docs/metrics.md"
dashboard=$NETNS_TESTS/../../packaging/grafana/bvs.json
jq empty "$dashboard"
open_metrics names "$socket" "$dashboard"

# ---- where it is ----------------------------------------------------------------------------

equal "for others" "$(stat -c %A "$socket" | cut -c 8-)" "---"
log=$OVS_LOGDIR/ovs-vswitchd.log
logged() { grep -qF -- "$1" "$log"; }
listen() { vsctl set Open_vSwitch . other_config:metrics-listen="\"$1\""; }
by_tcp() { open_metrics get "$1" process_start_time_seconds >/dev/null 2>&1; }
not_by_tcp() { ! by_tcp "$1"; }
not_by_tcp 127.0.0.1:9477 || fail "it listens to TCP unasked"
for address in 127.0.0.1:9477 "[::1]:9477" 0.0.0.0:9478; do
    listen "$address"
    eventually 5 by_tcp "$address"
done
not_by_tcp 127.0.0.1:9477 || fail "it listens where it did before"
pid=$(bvsd_pid)
for address in nonsense 127.0.0.1 localhost:9477 :9477 127.0.0.1:70000 ::1:9477; do
    listen "$address"
    eventually 5 logged "metrics-listen $address: "
    not_by_tcp 127.0.0.1:9478 || fail "it still listens where it did"
done
listen 192.0.2.1:9477
eventually 5 logged "choose an address that this host has"
ip addr add 192.0.2.1/32 dev lo # it is tried again
eventually 5 by_tcp 192.0.2.1:9477
socat TCP-LISTEN:9479,bind=127.0.0.1 STDOUT >/dev/null &
taken=$!
listening() { [ -n "$(ss -Hltn "sport = :$1")" ]; }
eventually 5 listening 9479
listen 127.0.0.1:9479
eventually 5 logged "choose a port that no other process listens to"
kill "$taken"
eventually 5 by_tcp 127.0.0.1:9479
vsctl remove Open_vSwitch . other_config metrics-listen
eventually 5 not_by_tcp 127.0.0.1:9479

# ---- clients of all sorts --------------------------------------------------------------------

for _ in $(seq 40); do # more than it has room for, and none says what it wants
    socat -u STDIN "UNIX-CONNECT:$socket" < <(sleep 60) &
done
head -c 100000 /dev/urandom | socat - "UNIX-CONNECT:$socket" >/dev/null 2>&1 || true
contains "$(printf 'x\r\n\r\n' | socat - "UNIX-CONNECT:$socket")" '^HTTP/1.1 400 '
contains "$(printf 'GET / HTTP/1.0\r\n\r\n' | socat - "UNIX-CONNECT:$socket")" '^HTTP/1.1 404 '
metric bvs_port_up >/dev/null
equal "bvsd" "$(bvsd_pid)" "$pid"

kill_bvsd
start_bvsd
[ "$(metric bvs_port_received_packets_total port=p1)" -ge 26 ] || fail "a new daemon starts at zero"
stop_bvsd
[ ! -e "$socket" ] || fail "the socket is left"
