#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Multicast snooping by ovs-vsctl: what hosts join by their sockets, whatever version of IGMP and MLD
# they speak, comes to them alone; routers get all of it; static members; another daemon goes on.
#
#   h1 (sends) --+  br0  +-- h2 h3 h4
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

declare -A counting

# counts N GROUP [join]: from now on.
counts() {
    local file=/run/count.$1
    rm -f "$file"
    ip netns exec "h$1" /usr/bin/python3 "$NETNS_TESTS/multicast.py" count "$file" "${@:2}" &
    counting[$1]=$!
    eventually 10 test -e "$file"
}
ends() {
    kill "${counting[$1]}"
    wait "${counting[$1]}" || true
}
has() { [ "$(cat "/run/count.$1")" = "$2" ]; }

# sends GROUP: a hundred packets by h1; h2, h3 and h4 have so many more.
declare -A total=([2]=0 [3]=0 [4]=0)
sends() {
    local group=$1 n
    shift
    at 1 /usr/bin/python3 "$NETNS_TESTS/multicast.py" send "$group" 100
    for n in 2 3 4; do
        total[$n]=$((total[$n] + $1))
        shift
        eventually 10 has $n "${total[$n]}"
    done
    for n in 2 3 4; do # what was sent before this has come, if it comes at all
        pings 1 $n
        equal "packets to $group at h$n" "$(cat /run/count.$n)" "${total[$n]}"
    done
}
# starts GROUP N...: these join, the others of h2 to h4 only count.
starts() {
    local group=$1 n
    shift
    for n in 2 3 4; do
        total[$n]=0
        case " $* " in
        *" $n "*) counts $n "$group" join; eventually 10 member $n "$group" ;;
        *) counts $n "$group" ;;
        esac
    done
}
stops() { for n in 2 3 4; do ends $n; done; }

mdb() { bvsctl mdb show br0 --format=json | jq -c '.br0[]'; }
# member N GROUP [static]
member() {
    mdb | jq -es --arg port "p$1" --arg group "$2" --argjson static "${3-false}" \
        'any(.[]; .port == $port and .group == $group and .static == $static)' >/dev/null
}
no_member() { ! member "$@"; }
router() { mdb | jq -es --arg port "p$1" 'any(.[]; .port == $port and .router)' >/dev/null; }

start_bvsd
vsctl add-br br0 -- set Bridge br0 mcast_snooping_enable=true
for n in 1 2 3 4; do
    guest $n
    plug br0 $n
done
pings 1 2
equal "warnings" "$(grep -c '|WARN|' /run/log/ovs-vswitchd.log)" 0

# Who joins gets it, whatever the version; who leaves does not any more.
for version in 1 2 3; do
    for n in 2 3; do at $n sysctl -qw net.ipv4.conf.eth0.force_igmp_version=$version; done
    starts 239.1.1.$version 2 3
    sends 239.1.1.$version 100 100 0
    if [ $version != 1 ]; then # version 1 says nothing when it leaves
        ends 3
        eventually 10 no_member 3 239.1.1.$version
        total[3]=0
        counts 3 239.1.1.$version
        sends 239.1.1.$version 100 0 0
    fi
    stops
done
for version in 1 2; do
    for n in 2 3; do at $n sysctl -qw net.ipv6.conf.eth0.force_mld_version=$version; done
    starts ff15::$version 2 3
    sends ff15::$version 100 100 0
    ends 2
    eventually 10 no_member 2 ff15::$version
    total[2]=0
    counts 2 ff15::$version
    sends ff15::$version 0 100 0
    stops
done

# Another daemon, and none.
starts 239.2.2.2 3
sends 239.2.2.2 0 100 0
kill_bvsd
sends 239.2.2.2 0 100 0
start_bvsd
sends 239.2.2.2 0 100 0
member 3 239.2.2.2 || fail "a new daemon does not know who joined: $(mdb)"
ovs-appctl mdb/flush br0
eventually 5 no_member 3 239.2.2.2
sends 239.2.2.2 100 100 100 # nobody is known to want it
stops

# Told instead of heard; and kept by the database.
bvsctl mdb add br0 p4 239.3.3.3
member 4 239.3.3.3 true || fail "no static member: $(mdb)"
starts 239.3.3.3 2
sends 239.3.3.3 100 0 100
stop_bvsd
start_bvsd
sends 239.3.3.3 100 0 100
contains "$(ovs-appctl mdb/show br0)" " +4 +0 +239.3.3.3 +static"
bvsctl mdb del br0 p4 239.3.3.3
sends 239.3.3.3 100 0 0
stops
vsctl set Port p4 'other_config:mcast-snooping-static="10.1.1.1"'
contains "$(cat /run/log/ovs-vswitchd.log)" "port p4: mcast-snooping-static=10.1.1.1 has 10.1.1.1, which is no group"
vsctl remove Port p4 other_config mcast-snooping-static

# Routers get all, and are all that get what nobody asked for if the bridge is told so.
multicast_query() { at 4 /usr/bin/python3 "$NETNS_TESTS/multicast.py" query "$@"; }
multicast_query
eventually 10 router 4
starts 239.4.4.4 2
sends 239.4.4.4 100 0 100
stops
vsctl set Bridge br0 other_config:mcast-snooping-disable-flood-unregistered=true
starts 239.5.5.5
sends 239.5.5.5 0 0 100
vsctl set Port p3 other_config:mcast-snooping-flood=true
sends 239.5.5.5 0 100 100
stops

# What makes no sense is counted.
malformed() { contains_line "$(ovs-appctl mdb/stats-show br0)" "Malformed messages +: 1 "; }
contains_line() { grep -qE -- "$2" <<<"$1"; }
multicast_query bad
eventually 10 malformed

vsctl set Bridge br0 mcast_snooping_enable=false
if said=$(ovs-appctl mdb/show br0 2>&1); then fail "a bridge that does not snoop has an mdb: $said"; fi
contains "$said" "multicast snooping is disabled"
starts 239.6.6.6
sends 239.6.6.6 100 100 100
stops
