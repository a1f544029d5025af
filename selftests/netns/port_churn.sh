#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# 200 ports come and go while two guests talk: they lose nothing, and nothing stays of the others.
#
#   h1 h2 --+  br0  +-- c0 ... c9, again and again
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
vsctl add-br br0
plug br0 1
plug br0 2
pings 1 2
for n in {0..9}; do ip link add "c$n" up type veth peer name "d$n"; done

start_ping 1 2
for _ in {1..20}; do
    for n in {0..9}; do echo "add-port br0 c$n --"; done | xargs ovs-vsctl --timeout=20 --
    for n in {0..9}; do echo "del-port c$n --"; done | xargs ovs-vsctl --timeout=20 --
done
equal "lost pings" "$(lost_pings)" 0
equal "ports" "$(vsctl list-ports br0 | wc -l)" 2
for n in {0..9}; do
    ! has_program "c$n" || fail "c$n is no port, and the switch listens to it"
done
has_program p1 || fail "the switch does not listen to p1"
