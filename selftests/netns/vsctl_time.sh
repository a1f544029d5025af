#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# ovs-vsctl waits until the switch obeys, and that is at once.
#
#   h1 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
vsctl add-br br0

# median COMMAND...: in tenths of a millisecond, of fifteen runs; each is undone by `undo`.
median() {
    local began
    for _ in {1..15}; do
        began=${EPOCHREALTIME/[.,]/}
        vsctl "$@"
        echo $(((${EPOCHREALTIME/[.,]/} - began) / 100))
        vsctl "${undo[@]}"
    done | sort -n | sed -n 8p
}

# quick COMMAND...: should be under 20 ms; asserted is what holds on a busy machine, too.
quick() {
    local tenths
    tenths=$(median "$@")
    echo "$((tenths / 10)).$((tenths % 10)) ms: ovs-vsctl $*"
    [ "$tenths" -lt 1000 ] || fail "ovs-vsctl $* takes $tenths tenths of a millisecond"
}

undo=(del-br br1)
quick add-br br1
undo=(del-port p1)
quick add-port br0 p1
vsctl add-port br0 p1
undo=(clear Port p1 tag)
quick set Port p1 tag=10
undo=(add-port br0 p1)
quick del-port p1
undo=(--if-exists del-port int0)
quick add-port br0 int0 -- set Interface int0 type=internal
