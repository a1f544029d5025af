#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Through a chain of eight patch pairs everything passes; a ring is cut, by name, and the host lives.
#
#   h1 --+ br0 +--+ br1 +-- ... --+ br4 +-- ... --+ br8 +-- h3
#                                    +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
for b in {0..8}; do
    vsctl add-br "br$b"
    [ "$b" -eq 0 ] || patch_pair "br$((b - 1))" "br$b"
done
plug br0 1
plug br4 2
plug br8 3
pings 1 3
pings 3 2
arrives 1 "" "2:- 3:-"
arrives 2 "" "1:- 3:-"
arrives 3 "dst=$(mac 1)" "1:-"
gigabits=$(tcp_gigabits 1 3 1)
echo "$gigabits Gb/s through eight patch pairs"
[ "${gigabits%.*}" -ge 1 ] || fail "only $gigabits Gb/s"

vsctl add-br br9
patch_pair br8 br9
guest 4
plug br9 4
arrives 1 "" "2:- 3:-" # one too many
dropped br9-br8 patch-depth || dropped br8-br9 patch-depth || dropped br8-br7 patch-depth ||
    fail "not named: $(ovs-appctl bvs/drops)"
vsctl del-br br9 -- --if-exists del-port br8-br9

vsctl add-br bra -- add-br brb -- add-br brc
guest 5
guest 6
plug bra 5
plug brb 6
for pair in "bra brb" "brb brc" "brc bra"; do
    # shellcheck disable=SC2086
    patch_pair $pair
done
seen=$(frames seen 5 copies=10 | wc -w)
echo "$seen copies of 10 frames in a ring of three"
[ "$seen" -ge 10 ] || fail "the frames are not there"
[ "$seen" -le 1000 ] || fail "the ring is not cut"
jq -e '[.[] | select(.bridge | test("br[abc]")) | .reason] | index("patch-depth")' \
    <<<"$(ovs-appctl bvs/drops)" >/dev/null || fail "not named: $(ovs-appctl bvs/drops)"
pings 1 3
