#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# fdb/stats-show prints what Open vSwitch prints, word for word, and one line more; its counts outlive
# the daemon.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# shows CURRENT STATIC LEARNED EXPIRED MOVED
shows() {
    [ "$(ovs-appctl fdb/stats-show br0)" = "Statistics for bridge \"br0\":
  Current/maximum MAC entries in the table: $1/4096
  Current static MAC entries in the table : $2
  Total number of learned MAC entries     : $3
  Total number of expired MAC entries     : $4
  Total number of evicted MAC entries     : 0
  Total number of port moved MAC entries  : $5
  Total number of refused MAC entries     : 0" ]
}
is() { shows "$@" || fail "expected $*, got: $(ovs-appctl fdb/stats-show br0)"; }

start_bvsd
for n in 1 2 3; do
    guest $n
    ip -n h$n link set eth0 arp off # nobody speaks unless told to
    at $n sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    sysctl -qw "net.ipv6.conf.p$n.disable_ipv6=1"
done
sysctl -qw net.ipv6.conf.default.disable_ipv6=1
vsctl add-br br0 -- set Bridge br0 other_config:mac-table-size=4096 other_config:mac-aging-time=15
for n in 1 2 3; do plug br0 $n; done
is 0 0 0 0 0
frames from 1 02:00:00:00:01:01
frames from 1 02:00:00:00:01:02
frames from 2 02:00:00:00:01:03
is 3 0 3 0 0
frames from 3 02:00:00:00:01:03
frames from 3 02:00:00:00:01:03
is 3 0 3 0 1
ovs-appctl fdb/add br0 p1 0 02:00:00:00:02:01
is 4 1 3 0 1
ovs-appctl fdb/del br0 0 02:00:00:00:01:02
is 3 1 3 0 1
kill_bvsd
frames from 2 02:00:00:00:01:03
frames from 2 02:00:00:00:01:04
start_bvsd
is 4 1 4 0 2
eventually 22 shows 1 1 4 3 2
