#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# To be told the same again costs nothing: no word of a map is written, no device touched, be it
# said by a client, by a restarted daemon's first look or by a reconnected database.
#
#   h1 h2 --+  br0  +-- int0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv6.conf.default.disable_ipv6=1 # addresses that come a second later are not ours
start_bvsd
guest 1
guest 2
vsctl add-br br0 -- set Bridge br0 other_config:mac-aging-time=600
plug br0 1 tag=10
plug br0 2 trunks=1,2,3 vlan_mode=native-untagged tag=10 -- set Interface p2 mtu_request=1500
vsctl add-port br0 int0 -- set Interface int0 type=internal mtu_request=1400
pings 1 2

words() { ovs-appctl coverage/show | awk '$1 == "map_words_written" { print $NF }'; }

sleep 1.2 # the kernel tells of carriers at most once a second, that of the guests, too
ip monitor link address >/run/monitor &
monitor=$!
sleep 0.3
before=$(words)
[ -n "$before" ] || fail "coverage/show does not count map_words_written"
for _ in 1 2 3; do
    vsctl --may-exist add-br br0 -- --may-exist add-port br0 p1 \
        -- set Port p1 tag=10 -- set Port p2 trunks=1,2,3 tag=10 -- set Interface p2 mtu_request=1500 \
        -- set Interface int0 type=internal mtu_request=1400 \
        -- set Open_vSwitch . external_ids:touched="$RANDOM$RANDOM"
done
equal "map words written" "$(words)" "$before"
equal "netlink says" "$(cat /run/monitor)" ""

kill_bvsd
start_bvsd
equal "netlink says after a restart" "$(cat /run/monitor)" ""
echo "a restart wrote $(words) map words"
kill "$monitor"

vsctl set Port p1 tag=11
[ "$(words)" -gt 0 ] || fail "words are not counted"
