#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Keys: numbers, different ones for the two directions, and those of the flow; remote addresses of
# the flow.
#
#   h1 --+  br0  +-- t0 ... p9 --- scapy
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
vsctl add-br br0
guest 1
plug br0 1
wire

# keys OUT IN ANSWER [option...]: it leaves with key OUT; is one with key IN taken?
keys() {
    local out=$1 in=$2 answer=$3 seconds
    shift 3
    seconds=$([ "$answer" = yes ] && echo 10 || echo 0.5)
    tunnel $type $version "${@/#/options:}" -- set Interface t0 ofport_request=9
    equal "$type over IPv$version with $*, key $in" \
        "$(tunnel_frames key $type $version "$in" "$seconds" | paste -sd' ')" "$out $answer"
}
rules() {
    ovs-ofctl del-flows br0
    printf '%s\n' "$@" | ovs-ofctl add-flows br0 -
}
for type in gre vxlan geneve; do
    for version in 4 6; do
        rules actions=NORMAL
        keys 5 6 no key=5
        keys 4 3 yes in_key=3 out_key=4
        rules "in_port=p1,actions=set_field:77->tun_id,output:9" "in_port=9,tun_id=78,actions=output:p1"
        keys 77 78 yes key=flow
    done
    version=4
    keys 77 79 no key=flow
    keys 6 78 yes in_key=flow out_key=6
    rules actions=NORMAL
    keys 16777215 16777215 yes key=0xffffff
    for version in 4 6; do
        if [ $version = 4 ]; then
            src=tun_src dst=tun_dst here=172.16.0.254 there=172.16.0.9
        else
            src=tun_ipv6_src dst=tun_ipv6_dst here=fd00::fe there=fd00::9
        fi
        rules "in_port=p1,actions=set_field:$there->$dst,set_field:77->tun_id,output:9" \
            "in_port=9,tun_id=78,$src=$there,$dst=$here,actions=output:p1"
        keys 77 78 yes key=flow remote_ip=flow
        keys 77 79 no key=flow remote_ip=flow local_ip=flow
    done
done
dropped underlay tunnel-key || fail "not named: $(ovs-appctl bvs/drops)"
