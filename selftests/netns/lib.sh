# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced first by every scenario. Puts the script into a world of its own: namespaces for net,
# mounts and processes, an empty /run with stock Open vSwitch's default run directory in it, and a
# bpffs. Whatever the script starts or makes ends with it; what a bvsd that was told to clean up
# leaves behind is an error (see finish).
#
# A guest N is a container: namespace hN with eth0, address 10.0.0.N, MAC 02:00:00:00:00:NN (N in
# hexadecimal). The other end of its cable, pN, is a netdev to be plugged into a bridge.
: "${BVS_BIN:=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../../build/release/bin")}"
export BVS_BIN
if [ -z "${BVS_SANDBOX-}" ]; then
    exec unshare --net --mount --pid --fork --kill-child --mount-proc \
        env BVS_SANDBOX=1 bash "$0" "$@"
fi

PATH=$BVS_BIN:$PATH:/usr/sbin:/sbin:/usr/share/openvswitch/scripts
# Ubuntu keeps a bpftool for each kernel; its /usr/sbin/bpftool takes only the running one's.
for tools in /usr/lib/linux-tools/*/; do
    [ ! -x "${tools}bpftool" ] || PATH=$tools:$PATH
done
export NETNS_TESTS
NETNS_TESTS=$(realpath "$(dirname "${BASH_SOURCE[0]}")")
mount -t tmpfs tmpfs /run
mkdir -p /run/netns /run/bpf /run/lock /run/openvswitch /run/db /run/log
mount -t bpf bpf /run/bpf
mount -t sysfs sysfs /sys # /sys/class/net of the new namespace
export OVS_RUNDIR=/run/openvswitch OVS_DBDIR=/run/db OVS_LOGDIR=/run/log
export BVS_PIN_DIR=/run/bpf/bvs
ip link set lo up

fail() { echo "FAIL: $*" >&2; exit 1; }

# What stays is nobody's but ours: every process here was started by this script.
finish() {
    local status=$?
    trap - EXIT
    if [ "$status" -eq 0 ]; then
        { clean_up && left_nothing; } || status=1
    else
        tail -n 30 /run/log/*.log /run/log/*/*.log 2>/dev/null || true
    fi
    exit "$status"
}
trap finish EXIT

# By the daemon itself if one runs.
clean_up() {
    if ovs-appctl version >/dev/null 2>&1; then
        stop_bvsd --cleanup
    else
        bvsd --cleanup -vconsole:err --pin-dir="$BVS_PIN_DIR"
    fi
}

left_nothing() {
    [ ! -e "$BVS_PIN_DIR" ] || [ -z "$(ls -A "$BVS_PIN_DIR")" ] || { ls -R "$BVS_PIN_DIR"; return 1; }
    ! pgrep -la 'bvsd|ovsdb' || return 1
    ! ip -o link | grep ' bvs' || return 1
}

# ---- the switch ------------------------------------------------------------------------------

# start_bvsd [ARGUMENT...]: returns when the configuration is applied.
start_bvsd() {
    bvsd --detach --log-file --pin-dir="$BVS_PIN_DIR" -vconsole:off "$@" ||
        fail "bvsd ended with status $?"
}

bvsd_pid() { cat "$OVS_RUNDIR/ovs-vswitchd.pid"; }

# stop_bvsd [--cleanup]
stop_bvsd() {
    local pid
    pid=$(bvsd_pid)
    ovs-appctl exit "$@"
    eventually 5 gone "$pid"
}

kill_bvsd() {
    local pid
    pid=$(bvsd_pid)
    kill -9 "$pid"
    eventually 5 gone "$pid"
}

gone() { ! kill -0 "$1" 2>/dev/null; }

vsctl() { ovs-vsctl --timeout=20 "$@"; }

# plug BRIDGE N [ovs-vsctl argument...]: columns of Port first, then further commands.
plug() {
    local bridge=$1 guest=$2
    shift 2
    vsctl add-port "$bridge" "p$guest" "$@"
}

# patch_pair A B: bridges, joined by patch ports A-B of A and B-A of B.
patch_pair() {
    vsctl add-port "$1" "$1-$2" -- set Interface "$1-$2" type=patch options:peer="$2-$1" -- \
        add-port "$2" "$2-$1" -- set Interface "$2-$1" type=patch options:peer="$1-$2"
}

# make_certificates: in /run/pki, of a switch and of a controller, signed by ovs-pki.
make_certificates() {
    mkdir -p /run/pki
    (cd /run/pki
     ovs-pki --dir=/run/pki/ca --log=/run/pki/log init
     ovs-pki --dir=/run/pki/ca --log=/run/pki/log req+sign switch switch
     ovs-pki --dir=/run/pki/ca --log=/run/pki/log req+sign controller controller) >/run/pki.log 2>&1 ||
        fail "ovs-pki: $(cat /run/pki.log /run/pki/log)"
}

# ---- guests ----------------------------------------------------------------------------------

mac() { printf '02:00:00:00:00:%02x' "$1"; }

# guest N [ADDRESS/LENGTH]
guest() {
    ip netns add "h$1"
    ip netns exec "h$1" sysctl -qw net.ipv6.conf.default.accept_dad=0 \
        net.ipv6.conf.default.router_solicitations=0
    ip link add "p$1" type veth peer name eth0 address "$(mac "$1")" netns "h$1"
    ip -n "h$1" link set lo up
    ip -n "h$1" link set eth0 up
    ip link set "p$1" up
    ip -n "h$1" addr add "${2-10.0.0.$1/24}" dev eth0
}

# underlay: guest 9 is a far host; p9 has the near addresses and eth0 the far ones.
underlay() {
    guest 9 "$(far_host 4)/24"
    ip -n h9 addr add "$(far_host 6)/64" dev eth0 nodad
    ip -n h9 link set eth0 mtu 1600
    ip link set p9 mtu 1600
    ip addr add "$(near_host 4)/24" dev p9
    ip addr add "$(near_host 6)/64" dev p9 nodad
}
# of the IP VERSION
near_host() { if [ "$1" = 6 ]; then echo fd00::fe; else echo 172.16.0.254; fi; }
far_host() { if [ "$1" = 6 ]; then echo fd00::9; else echo 172.16.0.9; fi; }

# wire: an underlay whose far host is only a wire, but p9 knows it as a neighbour. See
# tunnel_frames.py.
wire() {
    underlay
    at 9 ip addr flush dev eth0
    at 9 sysctl -qw net.ipv6.conf.all.disable_ipv6=1
    ip link set p9 address 02:00:00:00:09:fe
    ip neigh replace "$(far_host 4)" lladdr "$(mac 9)" dev p9 nud permanent
    ip neigh replace "$(far_host 6)" lladdr "$(mac 9)" dev p9 nud permanent
}

# kernel_tunnel VERSION [ip-link argument...]: the far host's end of `tunnel vxlan VERSION` is vx0, the
# kernel's device. Over IPv6 it takes packets without checksum, unless KERNEL_SUMS is udpcsum.
kernel_tunnel() {
    local version=$1
    shift
    ip -n h9 link del vx0 2>/dev/null || true
    ip -n h9 link add vx0 type vxlan id 7 dstport 4789 local "$(far_host "$version")" \
        remote "$(near_host "$version")" "${KERNEL_SUMS-udp6zerocsumrx}" "$@"
    ip -n h9 link set vx0 mtu 1500 up
}

# tunnel TYPE VERSION [ovs-vsctl argument...]: port t0 of br0 leads to guest 9, with key 7 unless told
# otherwise.
tunnel() {
    local type=$1 version=$2
    shift 2
    vsctl --if-exists del-port t0 -- add-port br0 t0 -- set Interface t0 type="$type" \
        options:remote_ip="$(far_host "$version")" options:key=7 "$@"
    equal "error of t0" "$(iface t0 error)" "[]"
}
tunnel_frames() { /usr/bin/python3 "$NETNS_TESTS/tunnel_frames.py" "$@"; }

# at N COMMAND...: runs in guest N.
at() {
    local guest=$1
    shift
    ip netns exec "h$guest" "$@"
}

# pings N M|ADDRESS
pings() {
    at "$1" ping -q -c 1 -W 2 "$(address "$2")" >/run/ping ||
        fail "guest $1 cannot ping $2: $(cat /run/ping)"
}
# cannot_ping leaves no half-asked neighbour: its last unanswered request would fail the next ping.
cannot_ping() {
    if at "$1" ping -q -c 1 -w 1 -W 0.3 "$(address "$2")" >/dev/null; then
        fail "guest $1 can ping $2"
    fi
    ip -n "h$1" neigh flush all 2>/dev/null
}
address() { case $1 in *[.:]*) echo "$1" ;; *) echo "10.0.0.$1" ;; esac }

frames() { python3 "$NETNS_TESTS/frames.py" "$@"; }

# arrives N FRAME RECEIVERS: guest N sends one frame; it reaches these guests, each as often as it
# is named, with these tags, and nobody else. FRAME and RECEIVERS as frames.py has them.
arrives() {
    local seen
    # shellcheck disable=SC2086
    seen=$(frames seen "$1" $2)
    [ "$seen" = "$3" ] || fail "guest $1 sent '$2': expected '$3', got '$seen'"
}

# ---- claims ----------------------------------------------------------------------------------

# eventually SECONDS COMMAND...: until it succeeds.
eventually() {
    local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000)) seconds=$1
    shift
    until "$@"; do
        [ "${EPOCHREALTIME/[.,]/}" -lt "$end" ] || fail "not within $seconds s: $*"
        sleep 0.02
    done
}

# equal WHAT GOT EXPECTED
equal() { [ "$2" = "$3" ] || fail "$1: expected '$3', got '$2'"; }

# contains TEXT PATTERN
contains() { grep -qE -- "$2" <<<"$1" || fail "no '$2' in: $1"; }

# iface NAME COLUMN: what the daemon wrote, bare.
iface() { vsctl --if-exists get Interface "$1" "$2" | tr -d '"'; }
iface_is() { [ "$(iface "$1" "$2")" = "$3" ]; }

# has_program NETDEV: does the switch listen to it?
has_program() {
    # bpftool 7.1 does not list tcx.
    [ -e "$BVS_PIN_DIR/links/tcx-$(cat "/sys/class/net/$1/ifindex")" ] ||
        grep -q bvs_ <<<"$(bpftool net show dev "$1")"
}

# has_xdp NETDEV: has it an XDP program?
has_xdp() { [ "$(ip -j -d link show "$1" | jq '.[0].xdp.prog.id // 0')" != 0 ]; }

# learned BRIDGE N [VLAN]: is guest N's address behind some port?
learned() { grep -q " ${3-0}  $(mac "$2")" <<<"$(ovs-appctl fdb/show "$1")"; }

# dropped PORT REASON: has it been told of? `underlay` is where no port is known yet.
dropped() {
    jq -e --arg port "$1" --arg reason "$2" \
        'any(.[]; .port == $port and .reason == $reason)' <<<"$(ovs-appctl bvs/drops)" >/dev/null
}

milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# other_program TYPE VERDICT: somebody else's, at /run/bpf/other.
other_program() {
    local clang
    clang=$(compgen -c clang- | grep -E -m 1 '^clang-[0-9]+$')
    "$clang" -O2 -target bpf -x c -c -o /run/other.o - <<EOF
__attribute__((section("program"))) int other(void *context) { return $2; }
char gpl[] __attribute__((section("license"))) = "GPL";
EOF
    bpftool prog load /run/other.o /run/bpf/other type "$1"
}
# other_xdp NETDEV: somebody else's XDP program takes it.
other_xdp() {
    other_program xdp 2
    bpftool net attach xdp pinned /run/bpf/other dev "$1"
}
# other_filter NETDEV ingress|egress: somebody else's filter of IP packets has the priority that ours
# would have.
other_filter() {
    [ -e /run/bpf/other ] || other_program classifier -1
    tc qdisc add dev "$1" clsact 2>/dev/null || true
    tc filter add dev "$1" "$2" pref 1 protocol ip bpf direct-action pinned /run/bpf/other
}

# ---- traffic ---------------------------------------------------------------------------------

# start_ping N M: a hundred a second, until lost_pings prints how many had no answer; those still
# under way do not count.
start_ping() {
    ip netns exec "h$1" ping -i 0.01 "$(address "$2")" >/run/pings &
    pinging=$!
    sleep 0.1
}
lost_pings() {
    kill -INT "$pinging"
    while kill -0 "$pinging" 2>/dev/null; do sleep 0.02; done
    tail -n 3 /run/pings >&2
    sed -n 's/.*icmp_seq=\([0-9]*\) ttl.*/\1/p' /run/pings | sort -nu |
        awk '{ last = $1 } END { print NR ? last - NR : "all" }'
}

# start_tcp N M SECONDS [ADDRESS]: a stream from N to M; finish_tcp waits for its end and leaves
# iperf3's report in /run/tcp, with a line for every TCP_INTERVAL seconds.
start_tcp() {
    ip netns exec "h$2" iperf3 -s -1 >/run/tcp.server 2>&1 &
    eventually 5 listens "$2" 5201
    ip netns exec "h$1" iperf3 -c "${4-$(address "$2")}" -t "$3" \
        -i "${TCP_INTERVAL-1}" -J >/run/tcp 2>&1 &
    streaming=$!
}
finish_tcp() { wait "$streaming" || fail "the TCP stream broke: $(jq -r .error /run/tcp)"; }
listens() { [ -n "$(at "$1" ss -Hltn "sport = :$2")" ]; }

tcp_megabits() {
    start_tcp "$@"
    finish_tcp
    jq '.end.sum_received.bits_per_second / 1e6 | floor' /run/tcp
}
tcp_gigabits() {
    start_tcp "$@"
    finish_tcp
    jq '.end.sum_received.bits_per_second / 1e9 * 10 | floor / 10' /run/tcp
}

# tcp_message N M: a new connection; prints what M heard.
tcp_message() {
    ip netns exec "h$2" timeout 5 socat -u TCP-LISTEN:7000 STDOUT &
    local listener=$!
    eventually 5 listens "$2" 7000
    at "$1" socat -u - "TCP:$(address "$2"):7000,connect-timeout=3" <<<hello
    wait "$listener"
}

# ---- flow export -----------------------------------------------------------------------------

# start_collectors: nfcapd, at 127.0.0.1:9995 and [::1]:9996. What it heard is in files within seconds.
start_collectors() {
    local port
    sysctl -qw net.core.rmem_max=67108864 2>/dev/null || true # not of older kernels' namespaces
    for port in 9995 9996; do mkdir -p "/run/flows/$port"; done
    unshare --ipc nfcapd -t 2 -B 33554432 -w /run/flows/9995 -b 127.0.0.1 -p 9995 >"/run/log/nfcapd.log" 2>&1 &
    unshare --ipc nfcapd -t 2 -B 33554432 -6 -w /run/flows/9996 -b ::1 -p 9996 >"/run/log/nfcapd.log" 2>&1 &
    for port in 9995 9996; do eventually 5 hears "$port"; done
}
hears() { [ -n "$(ss -Hlun "sport = :$1")" ]; }

sent_packets=0 sent_octets=0 sent_ip_octets=0
# sends FLOWS ROUNDS [LENGTH]: guest 1 to guest 2, see flow_frames.py. What was sent adds up.
sends() {
    local packets octets ip_octets
    read -r packets octets ip_octets <<<"$(at 1 python3 "$NETNS_TESTS/flow_frames.py" eth0 \
        "$(mac 1)" "$(mac 2)" "$@")"
    sent_packets=$((sent_packets + packets)) sent_octets=$((sent_octets + octets))
    sent_ip_octets=$((sent_ip_octets + ip_octets))
}

# flows_at PORT FORMAT [nfdump argument...]: of what was sent, as nfdump prints it.
flows_at() {
    local port=$1 format=$2
    shift 2
    nfdump -R "/run/flows/$port" -q -N -o "fmt:$format" "$@" 'dst port 4000' 2>/dev/null | tr -s ' '
}
# collected PORT SECONDS: what was sent, and no more; collected_ip where octets are those of IP.
collected() { eventually "$2" has_collected "$1" "$sent_packets $sent_octets"; }
collected_ip() { eventually "$2" has_collected "$1" "$sent_packets $sent_ip_octets"; }
# The same, but for what the table of flows says that no record has.
has_collected_the_rest() {
    local packets octets
    read -r packets octets <<<"$(exporters '.table | "\(.lost_packets) \(.lost_bytes)"')"
    has_collected "$1" "$((sent_packets - packets)) $((sent_octets - octets))"
}
has_collected() { [ "$(flows_at "$1" "%pkt %byt" -A dstport)" = " $2" ]; }

exporters() { jq -r "$1" <<<"$(ovs-appctl bvs/exporters)"; }

# start_pmacct nfacctd|sfacctd PORT: what it hears is in /run/DAEMON.json within seconds.
start_pmacct() {
    # Room for a burst, between its processes and in its socket: it takes datagrams in one thread.
    cat >"/run/$1.conf" <<EOF
daemonize: false
$1_pipe_size: 33554432
$1_ip: 127.0.0.1
$1_port: $2
plugins: print
print_output: json
print_output_file: /run/$1.json
print_output_file_append: true
print_refresh_time: 2
aggregate: dst_port, src_mac
EOF
    : >"/run/$1.json"
    "$1" -f "/run/$1.conf" >"/run/log/$1.log" 2>&1 &
    eventually 10 hears "$2"
}
# pmacct_heard nfacctd|sfacctd MORE: what was sent, and no more; of each frame it counts so many octets
# more, or less.
pmacct_heard() {
    local sum='map(select(.port_dst == 4000)) |
        "\(map(.packets) | add) \(map(.bytes) | add) \(map(.mac_src) | unique[])"'
    [ "$(jq -rs "$sum" "/run/$1.json")" = \
        "$sent_packets $((sent_octets + sent_packets * $2)) $(mac 1)" ]
}

# start_capture FILTER: what is sent over lo, into /run/capture.pcap.
start_capture() {
    tcpdump --immediate-mode -q -U -i lo -w /run/capture.pcap "$1" 2>/dev/null &
    eventually 5 test -e /run/capture.pcap
}
# not_decoded PORTS,PROTOCOL: of the captured datagrams, those that tshark finds something wrong with.
not_decoded() {
    tshark -r /run/capture.pcap -d "udp.port==$1" -Y '_ws.malformed || _ws.expert.severity >= 0x600000' 2>&1 |
        grep -v '^Running as user' || true
}
