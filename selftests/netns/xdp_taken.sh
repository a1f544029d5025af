#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A port that has somebody else's XDP program is forwarded for by tc alone; the log says so once, by
# name, and the port gets XDP when the other has left.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

guest 1
guest 2
other_xdp p2
start_bvsd
vsctl add-br br0
plug br0 1
plug br0 2 -- set Interface p2 other_config:hook=xdp
pings 1 2

warned() { grep -c "|WARN|interface p2: no XDP: p2 has another's XDP program" /run/log/ovs-vswitchd.log; }
ip link set p2 alias touched # a look at the port is no news
eventually 2 eval 'ip -d link show p2 | grep -q touched'
vsctl set Interface p2 external_ids:touched=yes
equal "warnings" "$(warned)" 1
equal "hook" "$(iface p2 status:hook)" clsact
contains "$(iface p2 status:hook_error)" "^p2 has another's XDP program; detach it .ip link set dev p2 xdp off"

ip link set dev p2 xdp off
eventually 2 iface_is p2 status:hook clsact+xdp
pings 1 2
equal "warnings" "$(warned)" 1
