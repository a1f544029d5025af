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
links_before=$(find "$pin_dir/links" -type f | wc -l)
for n in {0..9}; do ip link add "c$n" up type veth peer name "d$n"; done

start_ping 1 2
for _ in {1..20}; do
    vsctl $(printf -- '-- add-port br0 c%d ' {0..9})
    vsctl $(printf -- '-- del-port c%d ' {0..9})
done
equal "lost pings" "$(lost_pings)" 0
equal "ports" "$(vsctl list-ports br0 | wc -l)" 2
equal "links" "$(find "$pin_dir/links" -type f | wc -l)" "$links_before"
