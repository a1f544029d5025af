#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The kernel drops netlink messages that nobody reads in time. A netdev that was replaced meanwhile by
# one of the same name and ifindex is a port again nevertheless, with all that belongs to one.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

guest 1
guest 2
guest 3
start_bvsd
vsctl add-br br0
plug br0 1
plug br0 2
plug br0 3 -- set Interface p3 other_config:hook=xdp
pings 1 2
pings 1 3
index2=$(cat /sys/class/net/p2/ifindex)
index3=$(cat /sys/class/net/p3/ifindex)

# replace N IFINDEX
replace() {
    ip link del "p$1"
    ip link add "p$1" index "$2" type veth peer name eth0 address "$(mac "$1")" netns "h$1"
    ip -n "h$1" link set eth0 up
    ip -n "h$1" addr add "10.0.0.$1/24" dev eth0
    ip link set "p$1" up
}

kill -STOP "$(bvsd_pid)"
for i in $(seq 20000); do echo "link set lo alias x$i"; done >/run/changes
ip -batch /run/changes
replace 2 "$index2"
replace 3 "$index3"
kill -CONT "$(bvsd_pid)"

eventually 5 has_program p2
eventually 5 eval 'ip link show p3 | grep -q xdp'
pings 1 2
pings 1 3
equal "rx-vlan-offload of p3" "$(ethtool -k p3 | sed -n 's/^rx-vlan-offload: //p')" off
equal "errors" "$(grep -c '|ERR|' /run/log/ovs-vswitchd.log || true)" 0
