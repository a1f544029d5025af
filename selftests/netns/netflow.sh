#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# NetFlow v5 and v9 by ovs-vsctl, to nfcapd: the collector has all packets and bytes that were sent,
# whether flows end, go on, are too many for the table, or the daemon dies meanwhile.
#
#   h1 h2 --+  br0, nfcapd at 127.0.0.1 and ::1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done
pings 1 2

start_collectors
vsctl -- --id=@n create NetFlow targets='"127.0.0.1:9995","[::1]:9996"' active_timeout=1 \
    engine_id=7 -- set Bridge br0 netflow=@n
equal "warnings" "$(grep -c '|WARN|' /run/log/ovs-vswitchd.log)" 0

# All that was sent, of flows that go on.
sends 50 20
collected 9995 20
collected 9996 20
equal "engine, input, output" "$(flows_at 9995 "%eng %in %out" | sort -u)" " 0/7 1 2"
equal "source ports" "$(flows_at 9995 %sp | sort -u | wc -l)" 50

# A daemon that is killed leaves its flows to the next one, and those that come meanwhile.
vsctl set NetFlow . active_timeout=600
sends 30 10
kill_bvsd
sends 30 10
start_bvsd
vsctl clear Bridge br0 netflow
collected 9995 20
sends_uncounted() { (sends "$@"); }
sends_uncounted 10 10

# More flows than the table has places at first.
vsctl -- --id=@n create NetFlow targets='"127.0.0.1:9995","[::1]:9996"' active_timeout=1 \
    -- set Bridge br0 netflow=@n
sends 100000 2
# What the daemon was too slow for, on a busy machine, is known to the packet.
eventually 60 has_collected_the_rest 9995
echo "lost: $(exporters .table)"

# Nobody listens: told of in the log, and counted.
netflow=$(vsctl get Bridge br0 netflow)
vsctl set NetFlow "$netflow" targets='"127.0.0.1:9","10.255.0.1:9","nowhere"'
sends_uncounted 10 10
has_errors() { [ "$(exporters '.exporters[0].errors')" -gt 1 ]; }
eventually 20 has_errors
log=$(cat /run/log/ovs-vswitchd.log)
contains "$log" "NetFlow of bridge br0: collector 127.0.0.1:9 cannot be reached: Connection refused"
contains "$log" "NetFlow of bridge br0: collector 10.255.0.1:9 cannot be reached: Network is unreachable"
contains "$log" "NetFlow of bridge br0: target nowhere is no ADDRESS:PORT"

# Version 9.
vsctl clear Bridge br0 netflow # what it has, goes to its collectors
vsctl -- --id=@n create NetFlow targets='"127.0.0.1:9995"' \
    active_timeout=1 external_ids:bvs-version=9 -- set Bridge br0 netflow=@n
sends 40 30
collected 9995 20
contains "$(flows_at 9995 "%ismc %odmc" | sort -u)" "$(mac 1)"
