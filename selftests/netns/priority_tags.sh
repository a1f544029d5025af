#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# priority-tags: whether a frame that goes out without its VLAN's tag keeps its priority in a tag of
# VLAN 0: never (the default), if there is one, or always.
#
#   h1 --trunk--+  br0  +--tag=10 priority-tags=...-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
plug br0 1
plug br0 2 tag=10

priority_tags() { vsctl set Port p2 "other_config:priority-tags=$1"; }

arrives 1 "tags=10p5" "2:-"
priority_tags if-nonzero
arrives 1 "tags=10p5" "2:0p5"
arrives 1 "tags=10" "2:-"
priority_tags always
arrives 1 "tags=10p5" "2:0p5"
arrives 1 "tags=10" "2:0"
priority_tags never
arrives 1 "tags=10p5" "2:-"
