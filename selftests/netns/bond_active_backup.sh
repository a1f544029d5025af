#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A bond in mode active-backup under a ping at 100/s: when the active member's cable is cut, the
# other one takes over within 100 ms, whether the kernel tells of links or they are polled. The
# switch behind learns at once where our hosts are now. The database knows who is active.
#
#   h1 --+ br0 +-- bond0 (p9, q9) === the switch of bond.sh
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/bond.sh"

# lose_active WHAT: its cable is cut under a ping.
lose_active() {
    local was lost
    was=$(active)
    start_ping 1 9
    cut "$was"
    eventually 5 is_active "$(other_than "$was")"
    lost=$(lost_by_cut)
    echo "$1: $lost pings lost, which are $((lost * 10)) ms"
    [ "$lost" -lt 10 ] || fail "$1 took 100 ms or more"
    mend "$was"
    eventually 5 enabled "$was"
}

# Is the address of guest 1 behind that port of the switch?
far_learned() { grep -q "$(mac 1) dev $1 " <<<"$(ip netns exec far bridge fdb show br lb)"; }
written() { [ "$(vsctl get Port bond0 bond_active_slave | tr -d '"')" = "$(cat "/sys/class/net/$1/address")" ]; }

start_bvsd
guest 1
far_switch
vsctl add-br br0
plug br0 1
vsctl add-bond br0 bond0 p9 q9 bond_mode=active-backup
equal "errors" "$(iface p9 error)$(iface q9 error)" "[][]"
eventually 5 enabled p9
eventually 5 enabled q9
eventually 20 answers
equal "row of bond/list" "$(ovs-appctl bond/list | tail -1)" "$(printf 'bond0\tactive-backup\t0\tp9, q9')"

first=$(active)
eventually 5 written "$first"
arrives 8 "dst=$(mac 1)" "1:-"
arrives 8 "" "1:-" # not once for each cable
lose_active "fail-over told by the kernel"
second=$(other_than "$first")
equal "active member after the cable is mended" "$(active)" "$second"
eventually 5 written "$second"
eventually 5 far_learned "$(far_end "$second")"

vsctl set Port bond0 other_config:bond-detect-mode=miimon other_config:bond-miimon-interval=20
lose_active "fail-over by polling"

ovs-appctl bond/set-active-member bond0 q9
start_ping 1 9
ovs-appctl bond/set-active-member bond0 p9
eventually 5 far_learned eth0
sleep 0.2
equal "pings lost by a change of mind" "$(lost_pings)" 0

# Nobody is left: the packets are counted.
cut p9
cut q9
eventually 5 is_active none
cannot_ping 1 10.0.0.9
eventually 5 dropped bond0 bond-down
mend q9
eventually 5 is_active q9
eventually 5 answers

# What the primary is preferred for, and how long a link has to be up.
vsctl set Port bond0 other_config:bond-primary=p9 bond_updelay=500
mend p9
eventually 5 is_active p9
vsctl del-port bond0 -- add-port br0 q9
eventually 20 answers
equal "bonds that are left" "$(ovs-appctl bond/list | wc -l)" 1
