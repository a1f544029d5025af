#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Jumbo frames pass between ports whose MTU allows them; towards one that does not they are dropped
# under a name of their own.
#
#   h1 h2 (MTU 9000) --+  br0  +-- h3 (MTU 1500)
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
for n in 1 2; do
    ip link set "p$n" mtu 9000
    ip -n "h$n" link set eth0 mtu 9000
done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done

pings 1 2
pings 1 3
big() { at 1 ping -q -c 1 -W 0.5 -M 'do' -s 8972 "10.0.0.$1" >/dev/null; }
big 2 || fail "9000 bytes do not pass between ports of MTU 9000"
! big 3 || fail "9000 bytes passed to a port of MTU 1500"
contains "$(ovs-appctl bvs/drops)" '"reason": ?"output-mtu"'
ip link set p3 mtu 9000
ip -n h3 link set eth0 mtu 9000
eventually 2 big 3
