#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A netdev that vanishes leaves its row with an error; one of that name that appears is a port again
# within 100 ms, with the number it had.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2 tag=10
ofport=$(iface p2 ofport)
vsctl clear Port p2 tag
pings 1 2

ip netns del h2 # its eth0 goes, and p2 with it
eventually 2 test ! -e /sys/class/net/p2
has_error() { ! iface_is "$1" error "[]"; }
eventually 2 has_error p2
contains "$(iface p2 error)" "p2"

guest 2
began=$(milliseconds)
until has_program p2 || [ $(($(milliseconds) - began)) -gt 1000 ]; do :; done
took=$(($(milliseconds) - began))
[ "$took" -lt 100 ] || fail "p2 was attached after $took ms"
pings 1 2
eventually 2 iface_is p2 error "[]"
equal "ofport of p2" "$(iface p2 ofport)" "$ofport"
