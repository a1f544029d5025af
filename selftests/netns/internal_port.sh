#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An internal port is a netdev of the host with the address and MTU that the database says, and may
# be moved into a namespace, where it goes on as a port; it outlives the daemon.
#
#   h1 --+  br0  +-- int0 (moved to h2)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
ip netns add h2
vsctl add-br br0
plug br0 1
vsctl add-port br0 int0 -- set Interface int0 type=internal \
    "mac=\"02:00:00:00:00:aa\"" mtu_request=1400
contains "$(ip link show int0)" "mtu 1400"
contains "$(ip link show int0)" "02:00:00:00:00:aa"
equal "mac_in_use" "$(iface int0 mac_in_use)" 02:00:00:00:00:aa
equal "mtu" "$(iface int0 mtu)" 1400

ip link set int0 netns h2
ip -n h2 addr add 10.0.0.2/24 dev int0
ip -n h2 link set int0 up
pings 1 2
at 1 ping -q -c 1 -W 1 -M 'do' -s 1372 10.0.0.2 >/dev/null || fail "1400 bytes do not pass"

kill_bvsd
pings 1 2
start_bvsd
pings 1 2
contains "$(ip -n h2 link show int0)" "mtu 1400"
contains "$(ip -n h2 link show int0)" "02:00:00:00:00:aa"

vsctl del-port int0
eventually 2 eval '! ip -n h2 link show int0 2>/dev/null'
