#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The counters of a bridge whose only rule is NORMAL, which its packets are not looked up for: they
# are the rule's all the same, also while no daemon runs, over a change of the rule, and in what is
# told of its removal.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # what it sends unasked is counted as well
start_bvsd
for n in 1 2; do
    guest $n
    at $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
pings 1 2
send() { at 1 ping -q -c "$1" -i 0.01 -W 2 10.0.0.2 >/dev/null; }
quiet() { for n in 1 2; do ip -n h$n neigh replace "10.0.0.$((3 - n))" lladdr "$(mac $((3 - n)))" dev eth0; done; }
quiet
counted() { ovs-ofctl dump-flows br0 "$@" | sed -n 's/.* n_packets=\([0-9]*\), n_bytes=\([0-9]*\),.*/\1 \2/p'; }
more() { # PACKETS: so many more since the last time
    local now
    now=$(counted)
    equal "packets" $((${now% *} - ${before% *})) "$1"
    equal "bytes" $((${now#* } - ${before#* })) $((98 * $1))
    before=$now
}
before=$(counted)
[ "${before% *}" -gt 0 ] || fail "nothing was counted"
send 10
more 20
kill_bvsd
send 10
start_bvsd
more 20
ovs-ofctl mod-flows br0 "actions=NORMAL" # the same rule, its counters go on
send 5
more 10
ovs-ofctl add-flow br0 "priority=7,in_port=2,actions=NORMAL" # now they are looked up
send 5
equal "of both rules" "$(counted --rsort | paste -sd' ')" "5 490 $((${before% *} + 5)) $((${before#* } + 490))"
ovs-ofctl --strict del-flows br0 "priority=7,in_port=2"
before=$(counted)
send 5
more 10
equal "idle" "$(ovs-ofctl dump-flows br0 | grep -o 'idle_age=[0-9]')" idle_age=0
equal "lookups" "$(ovs-ofctl -O OpenFlow13 dump-tables br0 | grep -c 'lookup=0')" \
    "$(ovs-ofctl -O OpenFlow13 dump-tables br0 | grep -c 'matched=0')"

ovs-ofctl -O OpenFlow13 add-flow br0 "send_flow_rem,actions=NORMAL"
timeout 10 ovs-ofctl -O OpenFlow13 monitor br0 65535 >/run/monitor 2>&1 &
sleep 0.5
send 5
began=$(milliseconds)
ovs-ofctl -O OpenFlow13 del-flows br0
told() { grep -q 'pkts10 bytes980' /run/monitor; }
eventually 2 told
echo "told after $(($(milliseconds) - began)) ms, client included"
