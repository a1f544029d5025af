#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A meter limits a guest and counts every packet, a restarted daemon knows it, and its flows go with
# it.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

of() { ovs-ofctl -O OpenFlow13 "$@"; }
stats() { of meter-stats br0 meter=1 | grep -q "$1" || fail "$(of meter-stats br0)"; }
answered() { at 1 ping -q -c "$1" -i 0.01 -W 0.3 10.0.0.2 | sed -n 's/.* \([0-9]*\) received.*/\1/p'; }

meter='meter=1 pktps burst stats bands='
start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
of add-meter br0 'meter=1,pktps,burst,stats,band=type=drop,rate=1,burst_size=5'
of add-flow br0 'priority=10,icmp,in_port=1,actions=meter:1,output:2'

n=$(answered 20)
((n >= 5 && n <= 10)) || fail "$n of 20 packets passed a meter of 5"
stats 'packet_in_count:20 byte_in_count:1960 '
stats "packet_count:$((20 - n)) byte_count:$(((20 - n) * 98))\$"

kill_bvsd
start_bvsd
of dump-meters br0 | grep -q "$meter" || fail "$(of dump-meters br0)"
stats 'flow_count:1 packet_in_count:20 '
of mod-meter br0 'meter=1,pktps,band=type=drop,rate=1000'
[ "$(answered 20)" -eq 20 ] || fail "a changed meter has its old rate"
stats 'packet_in_count:40 '

of del-meter br0 meter=1
! of dump-flows br0 | grep meter || fail "a flow is left that uses a removed meter"

# What goes to controllers has a meter of its own.
of add-meter br0 'meter=controller,pktps,burst,stats,band=type=drop,rate=1,burst_size=5'
of add-flow br0 'priority=20,icmp,in_port=1,actions=controller,output:2'
[ "$(answered 20)" -eq 20 ] || fail "the meter for controllers keeps packets from their ports"
told=$(of meter-stats br0 meter=controller)
contains "$told" 'packet_in_count:20 '
contains "$told" '0: packet_count:1[0-5] '
