#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# IP fragments pass, IPv4's and IPv6's, first ones and later ones.
#
#   h1 h2 --+  br0
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
guest 2
for n in 1 2; do ip -n h$n addr add fd00::$n/64 dev eth0 nodad; done
vsctl add-br br0
plug br0 1
plug br0 2 tag=0
for address in 10.0.0.2 fd00::2; do
    at 1 ping -q -c 3 -i 0.05 -W 2 -s 20000 $address >/dev/null ||
        fail "a ping of 20,000 bytes to $address gets lost"
done
for counter in IpReasmOKs Ip6ReasmOKs; do
    [ "$(at 2 nstat -asz "$counter" | awk -v name="$counter" '$1 == name { print $2 }')" -ge 3 ] ||
        fail "$counter: h2 has put nothing together, so there were no fragments"
done
