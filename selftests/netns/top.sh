#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# bvsctl top says what passes a second, and bvsctl graph what is connected with what.
#
#   h1 h2 --+  br0 --- br1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0 -- add-br br1
plug br0 1
plug br0 2
patch_pair br0 br1
ovs-ofctl add-flow br0 'priority=7,icmp,actions=normal'
pings 1 2

# ---- top: a hundred packets a second each way, or fewer where ping is late -----------------------

start_ping 1 2
bvsctl top --once --format=json --interval=2 >/run/top.json
bvsctl top --once >/run/top.txt
lost_pings >/dev/null
top() { jq -r "$1" /run/top.json; }
about() { # WHAT RATE MOST
    awk -v rate="$2" -v most="$3" 'BEGIN { exit !(rate >= 5 && rate <= most) }' ||
        fail "$1: $2 a second"
}
about "received at p1" "$(top '.ports[] | select(.port == "p1") | .rx_packets_per_second')" 120
about "sent at p2" "$(top '.ports[] | select(.port == "p2") | .tx_packets_per_second')" 120
about "flow" "$(top '[.flows[] | select(.bridge == "br0") | .packets_per_second] | max')" 240
equal "rules" "$(top '.bridges[] | select(.bridge == "br0") | .rules')" 2
[ "$(top '.cache.hits_per_second | floor')" -ge 5 ] || fail "no hits: $(cat /run/top.json)"
contains "$(cat /run/top.txt)" '^bvsd '
contains "$(cat /run/top.txt)" '^br0 +p1 +up '

status=0
said=$(bvsctl top </dev/null 2>&1) || status=$?
equal "exit status without a terminal" "$status" 1
contains "$said" "bvsctl top --once"

# ---- graph ---------------------------------------------------------------------------------

vsctl add-port br1 vx -- set Interface vx type=vxlan options:remote_ip=192.0.2.2 options:key=7 -- \
    set-controller br1 tcp:192.0.2.9
bvsctl graph >/run/graph.dot
for pattern in '^graph bvs \{$' 'subgraph "cluster br0"' '"remote 192.0.2.2" \[label="vxlan\\nkey 7"' \
    'label="controller\\ntcp:192.0.2.9"' 'label="br0-br1\\npatch"' '^\}$'; do
    contains "$(cat /run/graph.dot)" "$pattern"
done
mkdir /run/empty
status=0
said=$(PATH=/run/empty "$BVS_BIN/bvsctl" graph --format=svg 2>&1) || status=$?
equal "exit status without dot" "$status" 1
contains "$said" "install the package graphviz"
cat >/run/empty/dot <<'EOF'
#!/bin/sh
echo "$*: $(wc -l)"
EOF
chmod +x /run/empty/dot
equal "drawn" "$(PATH=/run/empty:$PATH bvsctl graph --format=svg)" "-Tsvg: $(wc -l </run/graph.dot)"
