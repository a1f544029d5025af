#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A stream that comes out of the underlay in single packets goes on in super-frames where XDP takes
# them out of the tunnel, with a daemon and without; with aggregation off they stay single.
#
#   h1 --+ br0 host1 +-- t0 ... router, without offloads ... t0 --+ br0 host2 +-- h2
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$(dirname "$0")/hosts.sh"

aggregation() { on 2 vsctl set Open_vSwitch . other_config:tunnel-aggregation="$1"; }
hook() { on 2 bvsctl --format=json tunnels | jq -r '.[0].hook'; }
hook_is() { [ "$(hook)" = "$1" ]; }
sent() { on 2 ovs-ofctl dump-ports br0 p2 | sed -n "s/.*tx.* $1=\([0-9]*\).*/\1/p"; }

# bytes_a_packet COMMAND...: of the streams that the command has go to guest 2, as the switch sends them.
bytes_a_packet() {
    local packets bytes
    packets=$(sent pkts) bytes=$(sent bytes)
    "$@"
    echo $((($(sent bytes) - bytes) / ($(sent pkts) - packets)))
}
stream() { tcp_megabits 1 2 2 >/run/megabits; }
without_daemon() {
    on 2 kill_bvsd
    stream
    on 2 start_bvsd
}

two_hosts
on 2 ethtool -K eth0 gro on # as it is at network cards
for what in tso gso tx-gre-segmentation tx-udp_tnl-segmentation; do
    ethtool -K u2 "$what" off >/dev/null
done
for type in gre vxlan geneve; do
    for version in 4 6; do
        tunnels $type $version options:key=7
        aggregation off
        eventually 5 hook_is tc
        eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
        single=$(bytes_a_packet stream)
        aggregation on
        eventually 5 hook_is tc+xdp
        pings 1 2
        whole=$(bytes_a_packet stream)
        echo "$type over IPv$version: packets of $single bytes, aggregated of $whole ($(cat /run/megabits) Mb/s)"
        # Into GRE the kernel looks by itself.
        [ $type = gre ] || [ "$single" -le 1514 ] || fail "single packets of $single bytes"
        [ "$whole" -ge 6000 ] || fail "aggregated packets of $whole bytes"
    done
done

[ "$(bytes_a_packet without_daemon)" -ge 6000 ] || fail "single packets without daemon"
hook_is tc+xdp || fail "the next daemon does not aggregate"
[ "$(bytes_a_packet stream)" -ge 6000 ] || fail "single packets after a restart"

# Without a stream beside, which overruns the router's ring at times.
start_ping 1 2
on 2 kill_bvsd
on 2 start_bvsd
for setting in off on off; do
    aggregation $setting
    eventually 5 hook_is "$([ $setting = on ] && echo tc+xdp || echo tc)"
    sleep 0.2
done
equal "lost pings" "$(lost_pings)" 0

on 2 vsctl set Open_vSwitch . other_config:tunnel-aggregation=maybe
contains "$(cat /run/log/host2/ovs-vswitchd.log)" "tunnel-aggregation=maybe is none of auto, on, off"
