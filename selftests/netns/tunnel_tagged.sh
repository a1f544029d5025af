#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# VLANs and tunnels: a trunk carries tags inside, an access port takes them off before.
#
#   h1, h3 tag=10 --+ br0 host1 +-- t0 ... t0 --+ br0 host2 +-- h2, h4 tag=10
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

two_hosts
on 1 guest 3
on 1 plug br0 3 tag=10
on 2 guest 4
on 2 plug br0 4 tag=10
for type in gre vxlan geneve; do
    for version in 4 6; do
        tunnels $type $version
        eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
        arrives 1 "" "2:-"
        arrives 1 "tags=10" "2:10 3:- 4:-"
        arrives 4 "" "1:10 2:10 3:-"
        arrives 1 "tags=20p5" "2:20p5"
        arrives 1 "tags=ad:30" "2:ad:30"
        arrives 1 "tags=20/30" "2:20/30"
        pings 3 4
        for n in 1 2; do on $n vsctl set Port t0 tag=10; done
        pings 3 4
        arrives 1 "" ""
        arrives 3 "" "1:10 2:10 4:-"
    done
done
