#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two daemons in one namespace, each with its own run, database and pin directory. A netdev is a port
# of one of them: the second is told so and leaves the first's alone, whatever the hook.
#
#   h1 h2 --+  br0 of the first        br1 of the second  +-- h3 h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3 4; do guest $n; done
vsctl add-br br0
plug br0 1
plug br0 2

second() { OVS_RUNDIR=/run/second OVS_DBDIR=/run/second OVS_LOGDIR=/run/second "$@"; }
mkdir /run/second
second bvsd --detach --log-file --pin-dir=/run/bpf/second
second ovs-vsctl --timeout=20 add-br br1 -- add-port br1 p3 -- add-port br1 p4

pings 1 2
pings 3 4
cannot_ping 1 3
equal "bridges of the first" "$(vsctl list-br)" br0
equal "bridges of the second" "$(second ovs-vsctl list-br)" br1

second_vsctl() { second ovs-vsctl --timeout=20 "$@"; }
second_iface() { second_vsctl get Interface "$1" "$2" | tr -d '"'; }

# refused HOOK: of the second, wherever the first is attached.
refused() {
    second_vsctl add-port br1 p1 -- set Interface p1 other_config:hook="$1" mtu_request=1400 2>/dev/null
    contains "$(second_iface p1 error)" "p1 .*the bvsd with --pin-dir=$BVS_PIN_DIR has it; delete"
    equal "MTU of p1" "$(cat /sys/class/net/p1/mtu)" 1500
    pings 1 2
    second_vsctl set Interface p1 other_config:hook=auto
    contains "$(second_iface p1 error)" "has it"
    pings 1 2
    second_vsctl del-port p1
    has_program p1 || fail "the second has taken the first's program away"
    pings 1 2
}

for kind in "" --tcx; do # of the first
    # shellcheck disable=SC2086
    { stop_bvsd; start_bvsd $kind; }
    for hook in tc xdp; do
        vsctl set Interface p1 other_config:hook=$hook
        for second_kind in "" --tcx; do
            second ovs-appctl exit
            eventually 5 test ! -e /run/second/ovs-vswitchd.pid
            # shellcheck disable=SC2086
            second bvsd --detach --log-file --pin-dir=/run/bpf/second $second_kind
            refused tc
            refused xdp
            kill -9 "$(bvsd_pid)" # what forwards needs no daemon
            refused xdp
            # shellcheck disable=SC2086
            start_bvsd $kind
        done
    done
    vsctl set Interface p1 other_config:hook=auto
done

# Given up by the first, the second takes it.
second_vsctl add-port br1 p1 2>/dev/null
contains "$(second_iface p1 error)" "has it"
vsctl del-port p1
second_has_it() { [ "$(second_iface p1 error)" = "[]" ]; }
eventually 8 second_has_it
cannot_ping 1 2
second_vsctl del-port p1
plug br0 1
pings 1 2

stop_bvsd --cleanup # takes nothing of the other's
pings 3 4
second ovs-appctl exit --cleanup
eventually 5 test ! -e /run/second/ovs-vswitchd.pid
left_nothing
equal "what is left of the second" "$(ls /run/bpf/second 2>/dev/null || true)" ""
