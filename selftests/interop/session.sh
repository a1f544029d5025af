#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What goes wrong in a session gets its error (session.py), and others are served as before.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

start_bvsd
vsctl add-br br0
python3 "$NETNS_TESTS/../interop/session.py" "$OVS_RUNDIR/br0.mgmt"
contains "$(ovs-ofctl -O "$1" dump-flows br0)" 'actions=NORMAL'
