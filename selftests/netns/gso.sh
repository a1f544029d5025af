#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# TCP travels in super-frames, far larger than any MTU, and none of them is dropped or cut.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1 tag=10
plug br0 2 tag=10
pings 1 2

rx() { at 2 cat "/sys/class/net/eth0/statistics/rx_$1"; }
packets=$(rx packets) bytes=$(rx bytes)
gigabits=$(tcp_gigabits 1 2 1)
average=$((($(rx bytes) - bytes) / ($(rx packets) - packets)))
echo "$gigabits Gb/s in frames of $average bytes"
[ "$average" -gt 3000 ] || fail "frames of $average bytes: no super-frames"
[ "${gigabits%.*}" -ge 1 ] || fail "only $gigabits Gb/s"
equal "drops" "$(ovs-appctl bvs/drops | jq -c '[.[] | select(.side == "tx")]')" "[]"
