#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# BFD with Open vSwitch's userspace datapath as the peer, over a tunnel and over a wire.
set -euo pipefail
here=$(dirname "$0")
# shellcheck source=/dev/null
. "$here/../netns/lib.sh"
# shellcheck source=/dev/null
. "$here/peers.sh"

status() { vsctl --if-exists get Interface "$1" "bfd_status:$2" | tr -d '"'; }
their_status() { their_vsctl --if-exists get Interface "$1" "bfd_status:$2" | tr -d '"'; }
# up OURS THEIRS: ports.
up() {
    [ "$(status "$1" state) $(status "$1" remote_state) $(status "$1" forwarding)" = "up up true" ] &&
        [ "$(their_status "$2" state) $(their_status "$2" forwarding)" = "up true" ]
}
down() { [ "$(status "$1" state)" = down ] && [ "$(status "$1" forwarding)" = false ]; }
they_are_down() { [ "$(their_status "$1" state)" = down ]; }

# we_know OURS MILLISECONDS: at which interval the peer sends.
we_know() { grep -q "Remote Minimum TX Interval: $2ms" <<<"$(ovs-appctl bfd/show "$1")"; }
they_know() { grep -q "Remote Minimum TX Interval: $2ms" <<<"$(theirs ovs-appctl bfd/show "$1")"; }

start_bvsd
underlay
vsctl add-br br0
ovs_peer
tunnel geneve 4
ovs_end geneve 4 false

# session OURS THEIRS
session() {
    local ours=$1 theirs=$2 pid
    vsctl set Interface "$ours" bfd:enable=true bfd:min_rx=100 bfd:min_tx=100
    their_vsctl set Interface "$theirs" bfd:enable=true bfd:min_rx=200 bfd:min_tx=200
    eventually 30 up "$ours" "$theirs"
    # Who is up tells its own interval, so the other one knows a packet later.
    eventually 10 we_know "$ours" 200
    eventually 10 they_know "$theirs" 100

    # Intervals are changed while it is up.
    vsctl set Interface "$ours" bfd:min_tx=300
    eventually 20 they_know "$theirs" 300
    up "$ours" "$theirs" || fail "a change of intervals ended the session"

    pid=$(cat /run/ovs/ovs-vswitchd.pid)
    kill -STOP "$pid"
    eventually 20 down "$ours"
    equal "diagnostic" "$(status "$ours" diagnostic)" "Control Detection Time Expired"
    kill -CONT "$pid"
    eventually 30 up "$ours" "$theirs"
    kill -STOP "$(bvsd_pid)"
    eventually 20 they_are_down "$theirs"
    kill -CONT "$(bvsd_pid)"
    eventually 30 up "$ours" "$theirs"
    their_vsctl set Interface "$theirs" bfd:cpath_down=true
    not_forwarding() { [ "$(status "$ours" forwarding)" = false ]; }
    eventually 20 not_forwarding
    vsctl set Interface "$ours" bfd:enable=false
    eventually 20 they_are_down "$theirs"
    their_vsctl clear Interface "$theirs" bfd
}
session t0 t0

# A wire between two netdevs.
ip link add wire type veth peer name far netns h9
ip link set wire up
ip -n h9 link set far up
at 9 ethtool -K far tx off >/dev/null 2>&1
vsctl add-port br0 wire
their_vsctl add-port lb far
session wire far
ovs_gone
