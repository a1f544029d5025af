#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# ofctl.sh VERSION: the verbs of the stock ovs-ofctl in the order of ofctl.txt, each with the exit
# status and the text that it shall give. A switch with three ports that carry nothing.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
failures=0 cases=0

# What differs from run to run.
normal() {
    sed -E 's/ \(xid=0x[0-9a-f]+\)//; s/ \(OF1\.[0-9]\)//; s/duration=[0-9.]+s,? ?//;
            s/idle_age=[0-9]+, //; s/addr:([0-9a-f]{2}:){5}[0-9a-f]{2}/addr:MAC/; s/ +$//'
}

# run_case STATUS ARGUMENTS: what it said is in /run/said.
run_case() {
    local status=0
    cases=$((cases + 1))
    eval "timeout 10 ovs-ofctl -O $version $2" >/run/raw 2>&1 || status=$?
    normal </run/raw >/run/said
    the_case="ovs-ofctl -O $version $2"
    [ "$status" = "$1" ] || complain "exit status $status, not $1"
}

complain() {
    echo "$the_case: $1; it said:" >&2
    cat /run/said >&2
    failures=$((failures + 1))
}

start_bvsd
vsctl add-br br0
for n in 1 2 3; do
    ip link add "p$n" type veth peer name "q$n"
    ip link set "q$n" up
    ip link set "p$n" up
    plug br0 "$n" -- set Interface "p$n" ofport_request="$n"
done
ovs-ofctl del-flows br0

# shellcheck disable=SC2034 # ofctl.txt says it
packet=0200000000020200000000010800$(printf '45%038x' 0)
flows=$'priority=5,tcp,tp_dst=80 actions=output:1\ntable=1, priority=6,arp actions=NORMAL'
echo "$flows" >/run/flows
printf '%s\npriority=99,udp actions=drop\n' "$flows" >/run/more
printf '%s\n' 'add table=7,actions=drop' 'add table=8,actions=drop' 'delete table=7' \
    'modify table=8 actions=NORMAL' >/run/mixed
printf '%s\n' 'table=10,actions=drop' 'table=10,ip,actions=group:77' >/run/wrong
printf 'group_id=%s\n' '21,type=all,bucket=output:1' '22,type=indirect,bucket=output:2' >/run/groups
printf '%s\n' 'group group_id=31,type=all,bucket=output:1' \
    'flow add table=3,priority=4,actions=group:31' \
    "packet-out in_port=1 packet=$packet actions=2" >/run/bundle
printf '%s\n' 'flow add table=4,actions=drop' \
    'group group_id=31,type=all,bucket=output:1' >/run/badbundle

wanted=''
while IFS= read -r line; do
    case $line in
    [01]*)
        IFS='|' read -r versions status arguments <<<"$line"
        wanted=''
        for one in $versions; do [ "OpenFlow$one" != "$version" ] || wanted=yes; done
        [ -z "$wanted" ] || run_case "${status// /}" "${arguments# }"
        continue ;;
    esac
    [ -n "$wanted" ] || continue
    case $line in
    '= '*) grep -qxF -- "${line#= }" /run/said || complain "no line '${line#= }'" ;;
    '~ '*) grep -qE -- "${line#\~ }" /run/said || complain "nothing fits '${line#\~ }'" ;;
    '! '*) ! grep -qE -- "${line#! }" /run/said || complain "something fits '${line#! }'" ;;
    '.') [ ! -s /run/said ] || complain "it should say nothing" ;;
    esac
done <"$NETNS_TESTS/../interop/ofctl.txt"

echo "$cases cases, $failures failures"
[ "$cases" -gt 100 ] && [ "$failures" = 0 ]
