#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A guest that moves to another port takes its address along with the first frame it sends there.
#
#   h1 h2 h3 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
for n in 1 2 3; do plug br0 $n; done

behind() { ovs-appctl fdb/show br0 | awk -v mac="$(mac "$1")" '$3 == mac { print $1 }'; }

frames from 2 "$(mac 9)"
equal "port of 9" "$(behind 9)" "$(iface p2 ofport)"
arrives 1 "dst=$(mac 9)" "2:-"
frames from 3 "$(mac 9)"
equal "port of 9" "$(behind 9)" "$(iface p3 ofport)"
arrives 1 "dst=$(mac 9)" "3:-"

vsctl del-port p3 # and with the port goes what was learned there
equal "port of 9" "$(behind 9)" ""
arrives 1 "dst=$(mac 9)" "2:-"
