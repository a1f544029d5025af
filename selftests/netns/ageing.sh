#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# An address that is not heard of for mac-aging-time (15 s at least) is forgotten; one that is
# heard, and a static one, stay.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0 -- set Bridge br0 other_config:mac-aging-time=15
for n in 1 2 3; do plug br0 $n; done
ovs-appctl fdb/add br0 p3 0 "$(mac 9)" >/dev/null

frames from 2 "$(mac 2)"
learned br0 2 || fail "h2 is not learned"
forgotten() {
    frames from 1 "$(mac 1)"
    ! learned br0 2
}
began=$SECONDS
eventually 20 forgotten
[ $((SECONDS - began)) -ge 13 ] || fail "h2 was forgotten after $((SECONDS - began)) s"
learned br0 1 || fail "h1 spoke all the time and is forgotten"
learned br0 9 || fail "the static address is forgotten"
arrives 1 "dst=$(mac 2)" "2:- 3:-"
