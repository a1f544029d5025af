#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Geneve's options from rule to rule over two hosts: set by one host's rules, matched by the other's,
# shown in traces and to a controller. The TLV table is the same for another daemon, and for one that
# builds its datapath anew.
#
#   h1 --+ br0 host1 +-- t0 ... t0 --+ br0 host2 +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

map='{class=0x102,type=0x80,len=4}->tun_metadata0,{class=0xffff,type=1,len=16}->tun_metadata63'
long=0x102030405060708090a0b0c0d0e0f10
rules() {
    ovs-ofctl del-flows br0
    ovs-ofctl add-flows br0 - <<END
priority=9,in_port=p$1,actions=set_field:0x$1->tun_metadata0,set_field:$long->tun_metadata63,output:t0
priority=9,in_port=t0,tun_metadata0=0x$((3 - $1)),tun_metadata63=$long,actions=output:p$1
priority=8,in_port=t0,tun_metadata0=0x7,actions=controller
priority=1,actions=drop
END
}
export -f rules
export long
table() { ovs-ofctl dump-tlv-map br0 | sed 1d; }
export -f table

two_hosts
for n in 1 2; do
    on $n ovs-ofctl add-tlv-map br0 "$map"
done
for version in 4 6; do
    tunnels geneve $version options:key=7
    for n in 1 2; do on $n rules $n; done
    eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
    pings 2 1
    equal "TCP" "$(tcp_message 1 2)" hello
    [ "$(tcp_megabits 1 2 1)" -gt 5 ] || fail "super-frames do not pass"
    # A critical option that nobody knows.
    on 2 ovs-ofctl del-flows br0
    on 2 ovs-ofctl del-tlv-map br0
    cannot_ping 1 2
    eventually 5 on 2 dropped underlay tunnel-header
    on 2 ovs-ofctl add-tlv-map br0 "$map"
    on 2 rules 2
    eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
done

# ---- what is shown -----------------------------------------------------------------------------
trace=$(on 2 ovs-appctl ofproto/trace br0 \
    "in_port=$(on 2 iface t0 ofport),tun_metadata0=1,tun_metadata63=$long")
contains "$trace" "^Flow: tun_metadata0=0x1,tun_metadata63=$long,in_port="
contains "$trace" "^ 0\. tun_metadata0=0x1,tun_metadata63=$long,in_port=[0-9]+, priority 9$"
contains "$trace" "^Megaflow: .*tun_metadata0=0x1,"
trace=$(on 1 ovs-appctl ofproto/trace br0 "in_port=$(on 1 iface p1 ofport)")
contains "$trace" "^    set_field:0x1->tun_metadata0$"
contains "$trace" "^Final flow: tun_metadata0=0x1,tun_metadata63=$long,in_port="
contains "$(on 2 bvsctl cache br0)" "tun_metadata0=0x1,tun_metadata63=$long"

on 2 ovs-ofctl monitor br0 65534 -P nxt_packet_in --detach --no-chdir \
    --pidfile=/run/host2/monitor.pid >/run/packet-ins 2>&1
on 1 ovs-ofctl add-flow br0 "priority=10,arp,in_port=p1,actions=set_field:7->tun_metadata0,output:t0"
ip -n h1 neigh flush all
at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null || true
eventually 5 grep -q 'tun_metadata0=0x7,in_port' /run/packet-ins
kill "$(cat /run/host2/monitor.pid)"
on 1 rules 1

# ---- another daemon ----------------------------------------------------------------------------
known=$(on 2 table)
contains "$known" "tun_metadata63"
for expected in 1 2; do
    on 2 kill_bvsd
    [ $expected = 1 ] || rm /run/bpf/host2/generation-*/events # none for this build any more
    pings 1 2
    on 2 start_bvsd
    equal "generation" "$(on 2 ovs-appctl bvs/status | jq .datapath.generation)" $expected
    equal "the table" "$(on 2 table)" "$known"
    pings 1 2
    ! on 2 ovs-ofctl del-tlv-map br0 2>/run/said || fail "options that rules name are gone"
    contains "$(cat /run/said)" NXTTMFC_INVALID_TLV_DEL
done
