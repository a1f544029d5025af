#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The kernel refuses a program its place, since somebody else's filter is there: at a port, at the
# netdev below a tunnel, and at the device that stands for ports without netdev. The log and the
# interface's row say where and why, others' packets do not notice, and all is well as soon as the
# filter has gone.
#
#   h1 h2 h3 --+  br0  +-- t0 ... p9 --- eth0, vx0 10.0.0.99 :h9
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

taken() { echo "cannot attach to the tc hook of $1: its priority 1 is another's"; }
warned() { grep -c "|WARN|.*$(taken "$1")" /run/log/ovs-vswitchd.log; }
answers() { at 1 ping -q -c 1 -W 1 10.0.0.99 >/dev/null; }
free() { tc filter del dev "$1" "$2" pref 1; }

start_bvsd
vsctl add-br br0
for n in 1 2 3; do guest $n; done
for n in 1 2; do plug br0 $n; done
underlay
kernel_tunnel 4
ip -n h9 addr add 10.0.0.99/24 dev vx0

echo "a port"
other_filter p3 ingress
plug br0 3 2>/dev/null
contains "$(iface p3 error)" "$(taken p3)"
pings 1 2
cannot_ping 1 3
free p3 ingress
eventually 10 iface_is p3 error "[]"
pings 1 3

echo "the netdev below a tunnel"
other_filter p9 ingress
tunnel vxlan 4
contains "$(iface t0 status:hook_error)" "$(taken p9)"
! answers || fail "who takes it out of the tunnel?"
ping -q -c 1 -W 2 172.16.0.9 >/dev/null || fail "the host itself is cut off"
pings 1 2
free p9 ingress
eventually 10 answers
no_hook_error() { ! grep -q hook_error <<<"$(iface t0 status)"; }
eventually 10 no_hook_error

echo "the device of ports without netdev"
ofport=$(iface t0 ofport)
onward=$(ip -j link | jq -r '.[] | select(.ifalias // "" | test(":/onward[0-9]+$")).ifname')
free "$onward" egress # ours
other_filter "$onward" egress
ip link set "$onward" down # for it to be looked at
has_error() { grep -q "$(taken "$onward")" <<<"$(iface t0 error)"; }
eventually 10 has_error
pings 1 2
free "$onward" egress
eventually 10 iface_is t0 error "[]"
at 1 ip neigh flush all
eventually 10 answers # a broadcast first, of which the tunnel gets a copy
equal "ofport of t0" "$(iface t0 ofport)" "$ofport"
for netdev in p3 p9 "$onward"; do equal "warnings of $netdev" "$(warned "$netdev")" 1; done
