#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# BFD over a tunnel between two switches: up on both sides, a peer that falls silent is noticed within
# three of its intervals, and a fast-failover group follows.
#
#   h1, h3 --+  br0 of host 1  +-- t0 === t0 --+  br0 of host 2  +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

status() { on "$1" vsctl --if-exists get Interface t0 "bfd_status:$2" | tr -d '"'; }
status_is() { [ "$(status "$1" "$2")" = "$3" ]; }
both_up() { status_is 1 state up && status_is 2 state up && status_is 1 forwarding true; }

two_hosts
on 1 guest 3
on 1 plug br0 3
tunnels geneve 4 options:key=7
ofport() { on 1 vsctl get Interface "$1" ofport; }
on 1 ovs-ofctl -O OpenFlow13 add-group br0 "group_id=1,type=ff,bucket=watch_port:$(ofport t0),output:$(ofport t0),bucket=watch_port:$(ofport p3),output:$(ofport p3)"
on 1 ovs-ofctl -O OpenFlow13 add-flow br0 "priority=9,in_port=$(ofport p1),actions=group:1"
to_t0() { [ "$(frames seen 1 "dst=$(mac 9)")" = "2:-" ]; }
to_p3() { [ "$(frames seen 1 "dst=$(mac 9)")" = "3:-" ]; }
to_t0 || fail "the tunnel does not work"

# A session that has no peer yet is one that hears nothing.
on 1 vsctl set Interface t0 bfd:enable=true bfd:min_rx=100 bfd:min_tx=100
eventually 10 status_is 1 state down
eventually 10 to_p3
on 2 vsctl set Interface t0 bfd:enable=true bfd:min_rx=100 bfd:min_tx=100
eventually 20 both_up
eventually 10 to_t0
contains "$(on 1 ovs-appctl bfd/show t0)" "Remote Session State: up"
contains "$(on 1 ovs-appctl bfd/show)" "---- t0 ----"
equal "of another port" "$(on 1 ovs-appctl bfd/show p1 2>&1 | head -n 1)" "no such bfd object"

# Silence.
pid=$(on 2 bvsd_pid)
kill -STOP "$pid"
start=$(milliseconds)
eventually 10 status_is 1 state down
echo "a silent peer was noticed after $(($(milliseconds) - start)) ms, 300 of them its own" >&2
equal "diagnostic" "$(status 1 diagnostic)" "Control Detection Time Expired"
equal "remote state" "$(status 1 remote_state)" down
eventually 10 to_p3
kill -CONT "$pid"
eventually 20 both_up
eventually 10 to_t0

# What a person says, and what the peer says of the path behind it.
on 1 ovs-appctl bfd/set-forwarding t0 false
eventually 10 status_is 1 forwarding false
equal "state" "$(status 1 state)" up
eventually 10 to_p3
on 1 ovs-appctl bfd/set-forwarding normal
eventually 10 to_t0
on 2 vsctl set Interface t0 bfd:cpath_down=true
eventually 10 status_is 1 forwarding false
equal "diagnostic" "$(status 1 remote_diagnostic)" "Concatenated Path Down"
on 2 vsctl remove Interface t0 bfd cpath_down
eventually 10 status_is 1 forwarding true

# Another daemon begins anew.
on 1 kill_bvsd
eventually 10 status_is 2 state down
on 1 start_bvsd
eventually 20 both_up
eventually 10 to_t0

# Bad input is told of, and without BFD there is no status.
on 1 vsctl set Interface t0 bfd:min_rx=soon
contains "$(cat /run/log/host1/ovs-vswitchd.log)" "interface t0: min_rx=soon"
on 1 vsctl set Interface t0 bfd:enable=false
no_status() { [ "$(on 1 vsctl get Interface t0 bfd_status)" = "{}" ]; }
eventually 10 no_status
to_t0 || fail "without BFD the tunnel is not live"
