#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Policing by ovs-vsctl: what passes is within 3 % of ingress_policing_rate, in super-frames as well,
# and of ingress_policing_kpkts_rate; a change loses nothing else, and no rate is no limit.
#
#   h1 (policed) --+  br0  +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
pings 1 2

# received OFFERED SECONDS BYTES: bit/s on the wire that h2 gets of datagrams with so much payload.
received() {
    at 2 iperf3 -s -1 -D --logfile /dev/null
    eventually 5 listens 2 5201
    at 1 iperf3 -J -u -c 10.0.0.2 -b "$1" -t "$2" -l "$3" >/run/udp
    jq "(.end.sum.packets - .end.sum.lost_packets) * ($3 + 42) * 8 / .end.sum.seconds | floor" /run/udp
}
within() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }
near() { # near WHAT GOT WANTED
    echo "$1: $2 of $3"
    within "$2" $(($3 * 97 / 100)) $(($3 * 103 / 100)) || fail "$1: $2 is not within 3 % of $3"
}

# A bucket of a second, so that a sender that was held up for a moment makes up for it.
for rate in 1000 20000; do
    vsctl set Interface p1 ingress_policing_rate=$rate ingress_policing_burst=$rate
    sleep 1.1 # until it is full
    near "UDP at $rate kbit/s, and a second of it" "$(received $((rate * 3))k 4 1000)" $((rate * 1250))
done
dropped p1 policed || fail "no drop has a name"

vsctl set Interface p1 ingress_policing_rate=0 ingress_policing_kpkts_rate=2 ingress_policing_kpkts_burst=1
packets=$(received 40m 4 1000)
near "packets a second" $((packets / (1042 * 8))) 2250 # 2,000, and 1,000 at once in 4 s

# A stream of super-frames through a bucket of a tenth of a second. What is lost of it slows TCP down.
vsctl set Interface p1 ingress_policing_kpkts_rate=0 ingress_policing_rate=200000 ingress_policing_burst=20000
megabits=$(tcp_megabits 1 2 5)
echo "TCP at 200 Mbit/s: $megabits"
within "$megabits" 50 210 || fail "TCP had $megabits Mb/s of 200"

# While it is changed, nothing is lost.
start_ping 1 2
for rate in 100000 50000 100000 0; do vsctl set Interface p1 ingress_policing_rate=$rate; sleep 0.2; done
equal "lost pings" "$(lost_pings)" 0
[ "$(tcp_megabits 1 2 2)" -gt 400 ] || fail "there is still a limit"
