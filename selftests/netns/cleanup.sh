#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What bvsd has made goes without a trace: programs, maps, links, netdevs, sockets. By `exit
# --cleanup` of a running one, and by `bvsd --cleanup` after one that was killed.
#
#   h1 h2 --+  br0  +-- int0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

guest 1
guest 2
links() { ip -o link show | awk -F': ' '{ print $2 }' | sort; }
links_before=$(links)

set_up() {
    start_bvsd
    vsctl --may-exist add-br br0 -- --may-exist add-port br0 p1 -- --may-exist add-port br0 p2 \
        -- --may-exist add-port br0 int0 -- set Interface int0 type=internal
    pings 1 2
    ours=$(bpf_objects)
    for kind in map prog link; do
        contains "$ours" "^$kind "
    done
}

# kind and id of every BPF object of this daemon, found from what is pinned.
bpf_objects() {
    local map link maps=[] progs
    for map in "$pin_dir"/generation-*/*; do
        maps=$(jq -c ". + [$(bpftool -j map show pinned "$map" | jq .id)]" <<<"$maps")
    done
    progs=$(bpftool -j prog show |
        jq -c --argjson maps "$maps" '[.[] | select(.map_ids // [] | any(IN($maps[]))) | .id]')
    jq -r '"map \(.[])"' <<<"$maps"
    jq -r '"prog \(.[])"' <<<"$progs"
    for link in "$pin_dir"/links/*; do
        bpftool -j link show pinned "$link" | jq -r '"link \(.id)"'
    done
}

no_trace() {
    local kind id
    while read -r kind id; do
        eventually 5 eval "! bpftool $kind show id $id >/dev/null 2>&1"
    done <<<"$ours"
    left_nothing || fail "something is left"
    equal "netdevs" "$(links)" "$links_before"
    equal "files in the run directory" "$(find "$OVS_RUNDIR" ! -type d)" ""
    equal "files below the pin directory" "$(find "$pin_dir" 2>/dev/null)" ""
    equal "filters" "$(bpftool net show dev p1 | grep -c bvs)" 0
    test -s "$OVS_DBDIR/conf.db" || fail "the database is the user's, and it is gone"
}

set_up
stop_bvsd --cleanup
no_trace

set_up
kill_bvsd
bvsd --cleanup --pin-dir="$pin_dir" -vconsole:err
no_trace
bvsd --cleanup --pin-dir="$pin_dir" -vconsole:err || fail "--cleanup of nothing is an error"
