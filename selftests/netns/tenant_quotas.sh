#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# One tenant's controller cannot exhaust the host: what it may have and be told of is limited at its
# bridge (docs/tenants.md), and the other tenant does not notice when it wants more.
#
#   h1 h2 --+  red, limited      h3 h4 --+  blue      controllers at 127.0.0.1
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

declare -A controller=([red]=6601 [blue]=6602)
misses=1500 rate=100 burst=25

# of TENANT COMMAND [ARGUMENT...]: its controller's own requests.
of() { ovs-ofctl -O OpenFlow14 "$2" "tcp:127.0.0.1:${controller[$1]}" "${@:3}"; }
# refused ERROR TENANT COMMAND [ARGUMENT...]
refused() {
    local answer
    answer=$(of "${@:2}" 2>&1) && fail "not refused: ${*:2}"
    contains "$answer" "$1"
}
flows() { of "$1" dump-flows "${@:2}" | grep -c ' cookie='; }
# tenant BRIDGE GUEST GUEST [COLUMN=VALUE...]: they reach one another, and of all else the controller is
# told.
tenant() {
    vsctl add-br "$1" -- set bridge "$1" fail_mode=secure -- \
        set-controller "$1" "ptcp:${controller[$1]}:127.0.0.1" -- \
        set Controller "$1" inactivity_probe=0 "${@:4}"
    for n in "$2" "$3"; do
        guest "$n"
        plug "$1" "$n" -- set Interface "p$n" ofport_request="$n"
    done
    of "$1" monitor 65535 --detach --no-chdir --pidfile="/run/$1.pid" >"/run/$1.heard" 2>&1
    of "$1" add-flow "in_port=$2,dl_src=$(mac "$2"),actions=output:$3"
    of "$1" add-flow "in_port=$3,dl_src=$(mac "$3"),actions=output:$2"
    of "$1" add-flow "priority=0,actions=controller"
}
told() { grep -c PACKET_IN "/run/$1.heard"; }
told_of() { [ "$(told "$1")" -eq "$2" ]; }

start_bvsd
tenant red 1 2 controller_rate_limit=$rate controller_burst_limit=$burst
tenant blue 3 4
vsctl -- --id=@few create Flow_Table flow_limit=5 overflow_policy=refuse -- \
    set bridge red flow_tables="$(seq -s, -f '%g=@few' 0 253)" \
    other_config:group-table-size=2 other_config:meter-table-size=2 >/dev/null

echo "rules, in any table, and one by one or together"
for n in 11 12; do of red add-flow "in_port=$n,hard_timeout=$((100 * n)),actions=drop"; done
seq -f 'in_port=%g,actions=drop' 100 1100 >/run/many
refused OFPFMFC_TABLE_FULL red add-flow "in_port=13,actions=drop"
refused OFPFMFC_TABLE_FULL red add-flows /run/many --bundle
equal "rules of red" "$(flows red)" 5
refused OFPFMFC_TABLE_FULL red add-flows <(sed 's/^/table=253,/' /run/many)
equal "rules of red in another table" "$(flows red table=253)" 5
of red mod-table 1 evict # its own wish
of red add-flows <(sed 's/^/table=1,hard_timeout=1000,/' /run/many)
equal "rules of red in a table that makes room" "$(flows red table=1)" 5
of blue add-flows /run/many --bundle
equal "rules of blue" "$(flows blue)" 1004
pings 1 2

echo "rules that make room"
vsctl set Flow_Table "$(vsctl get bridge red flow_tables:0)" overflow_policy=evict
of red add-flow "in_port=13,hard_timeout=1500,actions=drop"
equal "rules of red" "$(flows red table=0)" 5
equal "what expires first" "$(flows red in_port=11)" 0
of red add-flows <(seq -f 'in_port=%g,hard_timeout=2000,actions=drop' 100 300)
equal "rules of red" "$(flows red table=0)" 5
pings 1 2 # what is to stay has stayed

echo "groups and meters"
for n in 1 2; do
    of red add-group "group_id=$n,type=all,bucket=output:2"
    of red add-meter "meter=$n,kbps,band=type=drop,rate=1000"
done
refused OFPGMFC_OUT_OF_GROUPS red add-group "group_id=3,type=all,bucket=output:2"
refused OFPMMFC_OUT_OF_METERS red add-meter "meter=3,kbps,band=type=drop,rate=1000"
contains "$(of red dump-group-features)" 'max_groups=0x2'
for n in 1 2 3; do
    of blue add-group "group_id=$n,type=all,bucket=output:4"
    of blue add-meter "meter=$n,kbps,band=type=drop,rate=1000"
done

echo "packets for controllers"
status() {
    local packets
    packets=$(vsctl --if-exists get Controller red "status:packet-in-miss-$1" | tr -d '"')
    echo "${packets:-0}"
}
all_counted() { [ $(($(status bypassed) + $(status dropped))) -eq $misses ]; }
start_ping 3 4
begin=$(milliseconds)
frames macs 1 $misses &
frames macs 3 100
wait $!
eventually 10 all_counted
passed=$(status bypassed) most=$((burst + rate * ($(milliseconds) - begin) / 1000))
echo "$passed of $misses for red's controller, at most $most"
{ [ "$passed" -ge $burst ] && [ "$passed" -le $most ]; } || fail "no limit"
eventually 5 told_of red "$passed"
eventually 5 told_of blue 100
equal "pings of blue that were lost" "$(lost_pings)" 0
! dropped p3 packet-in || fail "blue's packets found no room"
pings 1 2
