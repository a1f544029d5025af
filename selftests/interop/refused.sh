#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# refused.sh VERSION: each flow of docs/openflow-refused.md gets the error that stands there, and
# leaves no trace.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
# shellcheck disable=SC2016 # backticks of Markdown
rows=$(sed -n 's/^| `\(.*\)` | `\(.*\)` |$/\2 \1/p' "$NETNS_TESTS/../../docs/openflow-refused.md")
[ "$(wc -l <<<"$rows")" -ge 8 ] || fail "the table has only these rows: $rows"

start_bvsd
vsctl add-br br0
ovs-ofctl -O "$version" del-flows br0
while read -r error flow; do
    ! ovs-ofctl -O "$version" add-flow br0 "$flow" >/run/said 2>&1 || fail "is taken: $flow"
    grep -q "^OFPT_ERROR .*: $error\$" /run/said || fail "$flow: $(cat /run/said)"
done <<<"$rows"
equal "what is left" "$(ovs-ofctl -O "$version" --no-stats dump-flows br0 | grep -c actions=)" 0
