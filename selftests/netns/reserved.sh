#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Frames to 01:80:c2:00:00:00 to 0f are for the next bridge and end here, unless the bridge is told
# to be invisible (forward-bpdu); the addresses above them are ordinary multicast. Who listens at the
# port's netdev, as lldpd does, hears them.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
for n in 1 2; do guest $n; done
vsctl add-br br0
for n in 1 2; do plug br0 $n; done

for last in 00 02 03 0e 0f; do
    arrives 1 "dst=01:80:c2:00:00:$last" ""
done
arrives 1 "dst=01:80:c2:00:00:10" "2:-"
contains "$(ovs-appctl bvs/drops)" '"reason": ?"reserved-address"'

# tcpdump hears the frame to the nearest bridge, with either hook.
for hook in tc xdp; do
    vsctl set Interface p1 other_config:hook=$hook
    tcpdump --immediate-mode -q -U -c 1 -i p1 -w "/run/$hook.pcap" ether dst 01:80:c2:00:00:0e 2>/dev/null &
    listener=$!
    eventually 5 test -s "/run/$hook.pcap"
    arrives 1 "dst=01:80:c2:00:00:0e" ""
    eventually 5 gone "$listener"
done

vsctl set Bridge br0 other_config:forward-bpdu=true
arrives 1 "dst=01:80:c2:00:00:00" "2:-"
arrives 1 "dst=01:80:c2:00:00:0e" "2:-"
vsctl remove Bridge br0 other_config forward-bpdu
arrives 1 "dst=01:80:c2:00:00:00" ""
