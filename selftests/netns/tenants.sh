#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two tenants with the same addresses, VLANs and tunnel key on two hosts, each with bridges, tunnels
# and a controller of its own (docs/tenants.md): each tenant's guests talk to one another as on one
# switch, and never to the other's.
#
#   host1: h1, h3 of red, h11 of blue       host2: h2 of red, h12 of blue
#
# 11 and 12 have the addresses of 1 and 2.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/../overlay/tenants.sh"

for n in 1 2; do managed_host $n; done
tenant red 1 "1 2" vxlan key=7
tenant blue 2 "1 2" gre key=7
on 1 guest 1
on 2 guest 2
on 1 guest 3
on 1 guest 11 10.0.0.1/24
on 2 guest 12 10.0.0.2/24
for n in 1 2; do ip -n h1$n link set eth0 address "$(mac $n)"; done
endpoint 1 red 1 "$(mac 1)"
endpoint 2 red 2 "$(mac 2)"
endpoint 1 blue 11 "$(mac 1)"

eventually 20 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
pings 2 1
cannot_ping 11 2 # blue has no 10.0.0.2 yet, red has
arrives 1 "" "2:-"
arrives 11 "src=$(mac 1)" ""
endpoint 2 blue 12 "$(mac 2)"
eventually 20 at 11 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
pings 12 10.0.0.1

endpoint 1 red 3 "$(mac 3)"
eventually 20 at 3 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
pings 3 1
arrives 1 "tags=10" "2:10 3:10"          # local flood, there and here
arrives 12 "tags=10 src=$(mac 2)" "11:10"
arrives 1 "dst=$(mac 2)" "2:-"           # local egress, remote egress, local ingress
arrives 11 "dst=$(mac 2) src=$(mac 1)" "12:-"
arrives 1 "dst=$(mac 3)" "3:-"           # never leaves the host
arrives 12 "dst=$(mac 3) src=$(mac 2)" "" # blue has no 3
arrives 3 "src=$(mac 9)" ""              # not its address
echo "red: $(tcp_megabits 1 2 1) Mb/s, blue: $(tcp_megabits 11 12 1 10.0.0.2) Mb/s"

# The controllers are not missed for a while.
stop_tenants
pings 1 2
pings 11 10.0.0.2
