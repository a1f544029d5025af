#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Two tunnels with one key, remote and local address: the second has an error, and works once the
# first is gone.
#
#   h1 --+  br0  +-- t0, t1 ... p9 --- scapy
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0 -- add-br br1
guest 1
plug br0 1
wire
for type in gre vxlan geneve; do
    tunnel $type 4
    vsctl add-port br1 t1 -- set Interface t1 type=$type options:remote_ip=172.16.0.9 options:key=7 2>/dev/null
    contains "$(iface t1 error)" t0
    equal "error of t0" "$(iface t0 error)" "[]"
    tunnel_frames bytes $type 4

    vsctl set Interface t1 options:key=8 # no longer equal
    eventually 5 iface_is t1 error "[]"
    vsctl set Interface t1 options:key=7 2>/dev/null
    contains "$(iface t1 error)" t0
    vsctl del-port t0 -- del-port p1 -- add-port br1 p1
    eventually 5 iface_is t1 error "[]"
    tunnel_frames bytes $type 4
    vsctl del-port t1 -- del-port p1 -- add-port br0 p1
done
