#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# bond_lacp.sh MODE: a bond with LACP between us and Open vSwitch's userspace datapath. Both agree; flows
# use both cables; one that is cut costs less than 100 ms; a partner that falls silent is noticed
# after 3 s, and taken back when it speaks again; a daemon that is restarted asks for no more than
# the partner's patience.
#
#   h1 --+ br0 +-- bond0 (p9, q9) === (eth0, eth1) bond0 --+ lb 10.0.0.9 :far
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/peers.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/bond.sh"

mode=$1
lacp="lacp=active other_config:lacp-time=fast"

their_bond() {
    mkdir /run/ovs
    theirs ovsdb-tool create /run/ovs/conf.db /usr/share/openvswitch/vswitch.ovsschema
    theirs ovsdb-server --detach --pidfile --log-file -vconsole:off \
        --remote=punix:/run/ovs/db.sock /run/ovs/conf.db
    theirs ip netns exec far ovs-vswitchd --detach --pidfile --log-file -vconsole:off --disable-system
    # shellcheck disable=SC2086
    their_vsctl add-br lb -- set Bridge lb datapath_type=netdev other_config:hwaddr="$(mac 9)" -- \
        add-bond lb bond0 eth0 eth1 bond_mode="$mode" $lacp
    ip -n far addr add 10.0.0.9/24 dev lb
    ip -n far link set lb up
}
their_members() { [ "$(theirs ovs-appctl bond/show bond0 | grep -c '^member eth.: enabled')" = 2 ]; }
agreed() { enabled p9 && enabled q9 && iface_is p9 lacp_current true && iface_is q9 lacp_current true; }
far_listens() { [ -n "$(ip netns exec far ss -Hltn "sport = :5201")" ]; }
sent() { ovs-appctl bvs/ports | jq --arg port "$1" '.[] | select(.interface == $port).tx_bytes'; }

start_bvsd
guest 1
cables
for member in p9 q9; do # see peers.sh
    ethtool -K $member tx off tso off gso off gro off
    ip netns exec far ethtool -K "$(far_end $member)" tx off
done >/dev/null 2>&1
their_bond
vsctl add-br br0
plug br0 1
# shellcheck disable=SC2086
vsctl add-bond br0 bond0 p9 q9 bond_mode="$mode" $lacp

eventually 15 agreed
eventually 15 their_members
eventually 20 answers
ovs-appctl lacp/show bond0
ovs-appctl lacp/show-stats bond0
contains "$(ovs-appctl lacp/show-stats bond0)" "RX Bad PDUs: 0"

before_p9=$(sent p9) before_q9=$(sent q9)
ip netns exec far iperf3 -s -1 >/run/tcp.server 2>&1 &
eventually 5 far_listens
at 1 iperf3 -c 10.0.0.9 -P 8 -t 1 >/run/tcp 2>&1 || fail "iperf3: $(cat /run/tcp)"
echo "8 streams: $(($(sent p9) - before_p9)) bytes by p9, $(($(sent q9) - before_q9)) by q9"
if [ "$mode" = balance-tcp ]; then
    for member in p9 q9; do
        before=before_$member
        [ $(($(sent $member) - ${!before})) -gt 50000 ] || fail "$member carried no stream"
    done
fi

for member in p9 q9; do
    start_ping 1 9
    cut "$member"
    eventually 5 iface_is "$member" link_state down
    lost=$(lost_by_cut)
    echo "$member is cut: $lost pings lost, which are $((lost * 10)) ms"
    [ "$lost" -lt 10 ] || fail "it took 100 ms or more"
    mend "$member"
    eventually 15 agreed
    eventually 15 their_members
done

# Silence.
heard() { grep -q "^member: $1: current" <<<"$(ovs-appctl lacp/show bond0)"; }
unheard() { ! heard p9 && ! heard q9; }
their_pid=$(cat /run/ovs/ovs-vswitchd.pid)
kill -STOP "$their_pid"
begin=$(milliseconds)
eventually 10 unheard
silence=$(($(milliseconds) - begin))
kill -CONT "$their_pid"
echo "a silent partner is noticed after $silence ms"
[ "$silence" -lt 4500 ] || fail "it took longer than three periods"
eventually 15 agreed
eventually 15 their_members
eventually 5 answers

# Another daemon.
start_ping 1 9
kill_bvsd
start_bvsd
eventually 15 agreed
echo "a new daemon: $(lost_by_cut) pings lost"
eventually 5 answers

# We only answer; then the other side speaks no more, and the active member does without.
vsctl set Port bond0 lacp=passive
eventually 15 agreed
eventually 5 answers
# With one cable left, as both sides choose theirs for themselves.
cut q9
vsctl set Port bond0 other_config:lacp-fallback-ab=true
their_vsctl set Port bond0 lacp=off bond_mode=active-backup
eventually 20 answers
eventually 10 iface_is p9 lacp_current false
eventually 5 answers
vsctl set Port bond0 lacp=off bond_mode=active-backup
eventually 5 iface_is p9 lacp_current "[]"
ovs_gone
