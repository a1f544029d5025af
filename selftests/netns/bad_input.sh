#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# What the user sees for each wrong input: printed as a table, and held against what is expected.
# A daemon that cannot start says why in one line and in its exit status; a row that cannot be
# followed says so in its error column, which ovs-vsctl prints.
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

wrong=0
# shown INPUT STATUS PATTERN COMMAND...: runs it and prints a row: the first line with PATTERN.
shown() {
    local input=$1 expected=$2 pattern=$3 said line status=0
    shift 3
    said=$(timeout 10 "$@" 2>&1 | sed 's/^[^|]*|[0-9]*|//') || status=$?
    line=$(grep -E -m 1 -- "$pattern" <<<"$said") || line="*** no '$pattern' in: $said"
    [ "$status" -eq "$expected" ] || line="*** status should be $expected: $line"
    printf '%-34s %3s  %s\n' "$input" "$status" "$line"
    case $line in '***'*) wrong=$((wrong + 1)) ;; esac
}
daemon() { bvsd --pin-dir="$BVS_PIN_DIR" "$@"; }
export -f daemon

# shellcheck disable=SC2016
{
    printf '%-34s %3s  %s\n' input status "what the user sees"
    shown "an option that there is not" 2 "--frobnicate is not an option" bvsd --frobnicate
    shown "a log level that there is not" 2 "loud.*levels are off, emer, err" bvsd -vloud
    shown "the same, for one destination" 2 "loud.*levels are off, emer, err" bvsd -vfile:loud
    shown "two databases" 2 "one argument too many" bvsd unix:/a unix:/b
    shown "ssl: without a key" 2 "needs --private-key" bvsd ssl:127.0.0.1:6640
    shown "without capabilities" 3 "run it as root" setpriv --bounding-set -all bvsd
    shown "a pin directory on no bpffs" 4 "BPF file system" bvsd --pin-dir=/run/elsewhere
    shown "a kernel that is too old" 5 "kernel 2.6.* is too old.*6.1 or newer" \
        setarch "$(uname -m)" --uname-2.6 bash -c daemon
    shown "a run directory that cannot be" 7 "/proc/x" bvsd --rundir=/proc/x --pin-dir="$BVS_PIN_DIR"
    head -c 300 /dev/urandom >"$OVS_DBDIR/conf.db"
    shown "a damaged database" 9 "conf.db" bash -c daemon
    rm -f "$OVS_DBDIR"/*
    shown "PATH without ovsdb-server" 8 "ovsdb-server|ovsdb-tool" \
        unshare --mount bash -c 'for d in /usr/bin /usr/sbin; do for t in ovsdb-tool ovsdb-server
            do [ ! -e $d/$t ] || mount --bind /dev/null $d/$t; done; done; daemon'
    shown "a database that is not there" 124 "nowhere.*(No such file|retry|again)" \
        timeout 2 bvsd --pin-dir="$BVS_PIN_DIR" unix:/run/nowhere
}

start_bvsd
for n in 1 2 3; do guest $n; done
vsctl add-br br0
plug br0 1
shown "the run directory is taken" 6 "$(bvsd_pid)" bash -c daemon
shown "the pin directory is taken" 6 "$BVS_PIN_DIR" bvsd --rundir=/run/other --pin-dir="$BVS_PIN_DIR"
shown "--cleanup of one that runs" 6 "$(bvsd_pid)" bash -c 'daemon --cleanup'

# ovs-vsctl leaves with 0 when the database has taken what the switch then refuses.
vsctl="ovs-vsctl --timeout=10"
# shellcheck disable=SC2086
{
    shown "a vlan_mode that there is not" 1 "vlan_mode|constraint" \
        $vsctl set Port p1 vlan_mode=half
    shown "tag=5000" 1 "0 to 4,?095" $vsctl set Port p1 tag=5000
    shown "the same port in two bridges" 1 "already" $vsctl add-br br1 -- add-port br1 p1
    shown "a netdev that there is not" 0 "No such device" $vsctl add-port br0 nope
    shown "a name that is too long" 0 "Error detected.*21 bytes.*15 at most" \
        $vsctl add-port br0 averyveryverylongname
    shown "an interface type that there is not" 0 "Error detected.*error|type" \
        $vsctl add-port br0 odd -- set Interface odd type=odd
    shown "an internal port in a bond" 0 "Error detected.*internal" \
        $vsctl add-bond br0 bond0 p2 i1 -- set Interface i1 type=internal
    shown "ERSPAN's third version" 0 "unsupported erspan version 3" \
        $vsctl add-port br0 er0 -- set Interface er0 type=erspan options:remote_ip=192.0.2.1 \
        options:erspan_ver=3
    $vsctl set Port p1 qos=@q -- --id=@q create QoS type=linux-fast >/dev/null
    shown "a type of QoS that there is not" 0 "no QoS type 'linux-fast'" $vsctl get Port p1 status
    other_xdp p2
    $vsctl --if-exists del-port bond0 -- add-port br0 p2 -- set Interface p2 other_config:hook=xdp
    shown "XDP asked for, another is there" 0 "p2 has another's XDP" $vsctl get Interface p2 status
    ip link add lb type bridge
    ip link set p3 master lb
    shown "a netdev of a Linux bridge" 0 "lb" \
        $vsctl add-port br0 p3
    shown "a bridge named as a netdev" 0 "Error detected" $vsctl add-br lb
}
shown "an unknown command" 2 "is not a valid command" ovs-appctl frobnicate
shown "fdb/show of no bridge" 2 "no such bridge" ovs-appctl fdb/show br7
[ "$wrong" -eq 0 ] || fail "$wrong answers are not as expected"
