#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# os_ken.sh VERSION [APPLICATION]: a learning switch in os-ken is the controller, over TCP and then
# over TLS with certificates of ovs-pki. Two guests talk through it, and its flows carry them.
# shellcheck source=/dev/null
. "$(dirname "$0")/../netns/lib.sh"
set -euo pipefail

version=$1
application=${2-$NETNS_TESTS/../interop/learning_switch.py}
controller() { vsctl get controller br0 "$1"; }
connected() { [ "$(controller is_connected)" = true ]; }
disconnected() { ! connected; }
flows() { ovs-ofctl -O "$version" --no-stats dump-flows br0; }
installed() { [ "$(flows | grep -c 'in_port=.*actions=output:')" -ge 2 ]; }

# The module's own interpreter: another python3 may come first in PATH.
start_controller() {
    BVS_OPENFLOW=$version /usr/bin/python3 /usr/bin/osken-manager "$@" "$application" \
        >/run/log/controller.log 2>&1 &
    controlling=$!
}
stop_controller() {
    kill "$controlling"
    eventually 5 disconnected
}

# talk_through TARGET
talk_through() {
    vsctl set-controller br0 "$1"
    eventually 60 connected
    equal role "$(controller role)" other
    contains "$(controller status)" 'state=ACTIVE'
    ovs-ofctl -O "$version" del-flows br0 'dl_dst=00:00:00:00:00:00/01:00:00:00:00:00'
    eventually 10 at 1 ping -q -c 1 -W 1 10.0.0.2 >/dev/null
    pings 2 1
    eventually 5 installed
    equal "gigabits were carried" "$(tcp_gigabits 1 2 1 | grep -c '^0$')" 0
    stop_controller
}

start_bvsd
vsctl add-br br0 -- set Bridge br0 "protocols=$version" fail_mode=secure
for n in 1 2; do
    guest "$n"
    plug br0 "$n" -- set Interface "p$n" ofport_request="$n"
done

start_controller --ofp-tcp-listen-port 6653
talk_through tcp:127.0.0.1:6653

make_certificates
cd /run/pki
vsctl set-ssl /run/pki/switch-privkey.pem /run/pki/switch-cert.pem \
    /run/pki/ca/controllerca/cacert.pem
start_controller --ofp-ssl-listen-port 6654 --ctl-privkey controller-privkey.pem \
    --ctl-cert controller-cert.pem --ca-certs /run/pki/ca/switchca/cacert.pem
talk_through ssl:127.0.0.1:6654
