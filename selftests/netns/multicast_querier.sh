#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The querier of a bridge: where nobody asks, what hosts have joined is forgotten; where it asks, it is
# not, in every VLAN. tshark understands what it sends. Another one with a lower address silences it
# where it is heard.
#
#   h1 (joins) --+  br0  +-- h2 (VLAN 10, joins)
#                +-- h3 (a trunk: sees all, and asks)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

multicast() { /usr/bin/python3 "$NETNS_TESTS/multicast.py" "$@"; }
members() {
    bvsctl mdb show br0 --format=json | jq -e '[.br0[] | "\(.port) \(.vlan) \(.group)"] |
        contains(["p1 0 239.1.1.1", "p1 0 ff15::1", "p2 10 239.1.1.1", "p2 10 ff15::1"])' >/dev/null
}
no_members() {
    bvsctl mdb show br0 --format=json |
        jq -e 'all(.br0[]; .group != "239.1.1.1" and .group != "ff15::1")' >/dev/null
}
# asks WHO PROTOCOL VLAN
asks() {
    grep -qE "Querier of $2 in VLAN $3 +: $1$" <<<"$(ovs-appctl mdb/stats-show br0)"
}
ours=" \(this bridge\)"

start_bvsd
vsctl add-br br0 -- set Bridge br0 mcast_snooping_enable=true other_config:mcast-snooping-aging-time=15
for n in 1 2 3; do guest $n; done
plug br0 1
plug br0 2 tag=10
plug br0 3
for n in 1 2; do
    export -f multicast
    ip netns exec "h$n" bash -c 'multicast join 239.1.1.1 ff15::1' &
done
eventually 10 members
eventually 60 no_members

ip netns exec h3 tcpdump --immediate-mode -q -U -i eth0 -w /run/capture.pcap 2>/dev/null &
eventually 5 test -e /run/capture.pcap
vsctl set Bridge br0 other_config:mcast-snooping-querier=true \
    other_config:mcast-snooping-query-interval=5 other_config:mcast-snooping-ip4-src=10.0.0.100
eventually 20 members
until=$(($(milliseconds) + 25000))
stay() {
    members || fail "who is asked is forgotten: $(bvsctl mdb show br0)"
    [ "$(milliseconds)" -ge $until ]
}
eventually 60 stay

queries() {
    tshark -r /run/capture.pcap -n -o ip.check_checksum:TRUE \
        -Y "(igmp.type == 0x11 || icmpv6.type == 130) && $1" "${@:2}" 2>/run/tshark
}
equal "queries" "$(queries "eth.src == $(cat /sys/class/net/br0/address)" \
    -T fields -e vlan.id -e igmp.version -e igmp.qqic -e icmpv6.mld.qqi -E separator=/s | sort -u)" \
"$(sort <<<" 3 5 
   5
10 3 5 
10   5")"
equal "complaints of tshark" "$(queries '(_ws.expert || _ws.malformed)' -V)" ""

# It is silent for twice its interval and half of the time for answers.
at 3 /usr/bin/python3 "$NETNS_TESTS/multicast.py" query
eventually 10 asks 10.0.0.3 IGMP 0
asks "10.0.0.100$ours" IGMP 10 || fail "who is heard in one VLAN silences others"
asks "fe80::.*$ours" MLD 0 || fail "who asks by IGMP silences MLD"
eventually 60 asks "10.0.0.100$ours" IGMP 0
silence() {
    queries "igmp && !vlan" -T fields -e frame.time_relative -e ip.src |
        awk '$2 == "10.0.0.3" { from = $1 } from && $2 == "10.0.0.100" { print $1 - from; exit }'
}
heard_again() { [ -n "$(silence)" ]; }
eventually 20 heard_again
[ "$(silence | cut -d. -f1)" -ge 10 ] || fail "it was silent for $(silence) s"

vsctl set Bridge br0 other_config:mcast-snooping-query-interval=9
equal "warnings" "$(grep '|WARN|' /run/log/ovs-vswitchd.log | sed 's/.*WARN|//')" \
    "bridge br0: mcast-snooping-query-interval=9 is not within 1 to 7; using 7"
