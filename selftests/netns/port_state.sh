#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# A VM moves from one switch to another: its rules with their counters, its address and its
# settings follow as one document; all of it or nothing, and a second time nothing is changed.
#
#   h1 h2 --+  br0 of the first        br1 of the second  +-- h3, then h2 as well
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

sysctl -qw net.ipv6.conf.default.disable_ipv6=1
start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
plug br0 1 tag=20
plug br0 2 tag=20 other_config:transient=yes external_ids:owner='"a, b"' \
    -- set Interface p2 external_ids:iface-id=vm-2
ovs-ofctl add-flows br0 - <<'RULES'
cookie=0x5,idle_timeout=600,priority=10,icmp,in_port=p2,actions=NORMAL
cookie=0x6,priority=10,icmp,dl_dst=02:00:00:00:00:02,actions=output:p2
cookie=0x77,table=1,priority=3,tcp,actions=output:p2
cookie=0x9,priority=10,icmp,in_port=p1,dl_src=02:00:00:00:00:09,actions=drop
RULES

second() { OVS_RUNDIR=/run/second OVS_DBDIR=/run/second OVS_LOGDIR=/run/second "$@"; }
mkdir /run/second
second bvsd --detach --log-file --pin-dir=/run/bpf/second
second ovs-vsctl --timeout=20 add-br br1 -- add-port br1 p3 tag=20

# What the moved rules are and have counted, whatever the numbers of their ports.
rules() { # BRIDGE
    ovs-ofctl -O OpenFlow13 --names dump-flows "$1" | grep -E 'cookie=0x(5|6|77),' |
        sed -E 's/ (duration|idle_age|hard_age)=[^,]*,//g' | sort
}
packets() { rules "$1" | sed -n "s/.*cookie=$2,.*n_packets=\([0-9]*\),.*/\1/p"; }
send() { at "$1" ping -q -c "$2" -i 0.01 -W 2 10.0.0.2 >/dev/null || fail "h$1 cannot reach h2"; }

send 1 5
equal "packets from h2" "$(packets br0 0x5)" 5
equal "packets to h2" "$(packets br0 0x6)" 5
learned br0 2 20 || fail "h2 is not known"
before=$(rules br0)
bvsctl port-state export p2 --cookie=0x77 >/run/state
equal "flows" "$(jq -c '[.flows[].packets]' /run/state)" "[5,5,0]"
equal "addresses" "$(jq -c '[.addresses[] | .mac, .vlan]' /run/state)" '["02:00:00:00:00:02",20]'
equal "what is exported is still there" "$(rules br0)" "$before"

vsctl del-port p2
second ovs-vsctl --timeout=20 add-port br1 p2 -- set Interface p2 ofport_request=7
bvs() { second timeout 20 bvsctl "$@"; }
everything() {
    second rules br1
    # Untagged frames of its own accord may come from h2 any time.
    bvs fdb show br1 --format=json | jq -c '.br1[] | select(.vlan == 20 and .port == "p2") | .mac'
    bvs --columns=tag,other_config,external_ids list Port p2
    bvs --columns=external_ids list Interface p2
}

# refused NAME EXPECTED PORT: what is in /run/bad is not taken, and nothing of it is done.
refused() {
    local nothing
    nothing=$(everything)
    if bvs port-state import "$3" </run/bad 2>/run/why; then fail "$1 was taken"; fi
    contains "$(cat /run/why)" "$2"
    equal "after $1" "$(everything)" "$nothing"
}
bad() { jq -c "$1" /run/state >/run/bad; }
bad '.flows += [{"flow": "priority=1,actions=output:p99", "packets": 0, "bytes": 0, "age": 0, "idle": 0}]'
refused "a rule to a port that is not there" 'flow 3 of the document.*unknown port "p99"' p2
bad '.flows += [{"flow": "priority=1,actions=group:9", "packets": 0, "bytes": 0, "age": 0, "idle": 0}]'
refused "a rule with a group that is not there" 'flow 3 of the document.*OFPBAC_BAD_OUT_GROUP' p2
bad '.flows[2].packets = -1'
refused "a negative counter" 'flow 2 of the document.*"packets"' p2
bad '.addresses[0].mac = "ff:ff:ff:ff:ff:ff"'
refused "a group address" 'address 0 of the document.*"mac"' p2
bad '.database.Port.tag = 9999'
refused "a VLAN that there is not" 'column tag of Port' p2
bad '.database.Port.interfaces = []'
refused "a column that does not move" 'column interfaces of Port' p2
bad '.version = 2'
refused "another version" 'version 2; this bvsd reads version 1' p2
bad 'del(.flows)'
refused "a document without flows" 'no "flows"' p2
head -c 100 /run/state >/run/bad
refused "half a document" 'is not JSON' p2
cp /run/state /run/bad
refused "a port that is not there" 'no port named p9' p9
refused "a bridge's own port" 'own, which belongs to its host' br1

bvs port-state import p2 </run/state
equal "the moved rules" "$(second rules br1)" "$before"
equal "the port's number" "$(bvs get Interface p2 ofport)" 7
equal "its VLAN" "$(bvs get Port p2 tag)" 20
equal "its names" "$(bvs get Port p2 external_ids)" '{owner="a, b"}'
equal "its interface's names" "$(bvs get Interface p2 external_ids)" '{iface-id=vm-2}'
second learned br1 2 20 || fail "h2 is not known where it is now"
age=$(second ovs-ofctl dump-flows br1 cookie=0x5/-1 | sed -n 's/.*duration=\([0-9]*\).*/\1/p')
[ "$age" -ge "$(jq '[.flows[].age] | max' /run/state)" ] || fail "the rules have forgotten their age"

send 3 4
equal "packets from h2 go on" "$(second packets br1 0x5)" 9
equal "packets to h2 go on" "$(second packets br1 0x6)" 9

now=$(everything)
bvs port-state import p2 </run/state
equal "after a second import" "$(everything)" "$now"
send 3 1
equal "packets after that" "$(second packets br1 0x6)" 10

# Fields of options are the same ones there, or none.
map='{class=0x102,type=0x80,len=4}->tun_metadata0'
ovs-ofctl add-tlv-map br0 "$map"
ovs-ofctl add-flow br0 cookie=0xa,in_port=p1,tun_metadata0=5,actions=drop
bvsctl port-state export p1 >/run/bad
refused "an option that is not known there" 'tun_metadata0 is the option of class 0x102' p3
second ovs-ofctl add-tlv-map br1 "${map/0x102/0x103}"
refused "another option of that name" 'tun_metadata0 is the option of class 0x102' p3
second ovs-ofctl del-tlv-map br1
second ovs-ofctl add-tlv-map br1 "$map"
bvs port-state import p3 </run/bad
contains "$(second ovs-ofctl dump-flows br1 cookie=0xa/-1)" "tun_metadata0=0x5,in_port="

second ovs-appctl exit --cleanup
eventually 5 test ! -e /run/second/ovs-vswitchd.pid
