#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# In a new database the first client and bvsd both want to make the one row: whoever is second is
# content, and the row says which switch this is.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

is_initialised() { [ "$(vsctl get Open_vSwitch . db_version)" != "[]" ]; }
init() { until ovs-vsctl --no-wait --timeout=1 init 2>/dev/null; do :; done; }

for round in $(seq 10); do
    init &
    client=$!
    start_bvsd
    wait "$client"
    eventually 2 is_initialised
    equal "rows in round $round" "$(vsctl --columns=_uuid list Open_vSwitch | grep -c _uuid)" 1
    ! grep WARN /run/log/ovs-vswitchd.log || fail "a warning in round $round"
    stop_bvsd
    rm -r /run/db/* /run/log/*
done
