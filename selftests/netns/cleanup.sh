#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What bvsd has made goes without a trace: programs, maps, links, netdevs, sockets. By `exit
# --cleanup` of a running one, and by `bvsd --cleanup` after one that was killed; with either kind of
# attachment.
#
#   h1 h2 --+  br0  +-- int0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

guest 1
guest 2
links() { ip -o link show | awk -F': ' '{ print $2 }' | sort; }
links_before=$(links)

# set_up [ARGUMENT of bvsd...]
set_up() {
    start_bvsd "$@"
    vsctl --may-exist add-br br0 -- --may-exist add-port br0 p1 -- --may-exist add-port br0 p2 \
        -- --may-exist add-port br0 int0 -- set Interface int0 type=internal
    pings 1 2
    ours=$(bpf_objects)
    contains "$ours" "^map "
    contains "$ours" "^prog "
    has_program p1 || fail "nothing is attached"
}

# kind and id of every BPF object of this daemon, found from what is pinned. Links are looked up in
# the list of all: bpftool 7.5 fails after showing a single one.
bpf_objects() {
    local map maps=[] progs
    for map in "$BVS_PIN_DIR"/generation-*/*; do
        maps=$(jq -c ". + [$(bpftool -j map show pinned "$map" | jq .id)]" <<<"$maps")
    done
    progs=$(bpftool -j prog show |
        jq -c --argjson maps "$maps" '[.[] | select(.map_ids // [] | any(IN($maps[]))) | .id]')
    jq -r '"map \(.[])"' <<<"$maps"
    jq -r '"prog \(.[])"' <<<"$progs"
    bpftool -j link show |
        jq -r --argjson progs "$progs" '.[] | select(.prog_id | IN($progs[])) | "link \(.id)"'
}

# is_gone KIND ID
is_gone() { bpftool -j "$1" show | jq -e --argjson id "$2" 'all(.[]; .id != $id)' >/dev/null; }

no_trace() {
    local kind id
    while read -r kind id; do
        eventually 5 is_gone "$kind" "$id"
    done <<<"$ours"
    left_nothing || fail "something is left"
    equal "netdevs" "$(links)" "$links_before"
    equal "files in the run directory" "$(find "$OVS_RUNDIR" ! -type d)" ""
    equal "files below the pin directory" "$(find "$BVS_PIN_DIR" 2>/dev/null)" ""
    ! has_program p1 || fail "a program is left on p1"
    test -s "$OVS_DBDIR/conf.db" || fail "the database is the user's, and it is gone"
}

for kind in "" --tcx; do
    # shellcheck disable=SC2086
    set_up $kind
    stop_bvsd --cleanup
    no_trace
    # shellcheck disable=SC2086
    set_up $kind
    kill_bvsd
    bvsd --cleanup --pin-dir="$BVS_PIN_DIR" -vconsole:err
    no_trace
done
equal "warnings" "$(grep -F "|WARN|" /run/log/ovs-vswitchd.log || true)" ""
bvsd --cleanup --pin-dir="$BVS_PIN_DIR" -vconsole:err || fail "--cleanup of nothing is an error"
