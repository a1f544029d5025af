#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# Packets that a controller sends arrive byte for byte, whatever their size; what is too large is
# refused by name.
#
#   h1 h2 --+  br0, MTU 15000
set -euo pipefail
# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

start_bvsd
guest 1
vsctl add-br br0
ip link set p1 mtu 15000
ip -n h1 link set eth0 mtu 15000
plug br0 1

listen() { # prints the length and the sum of the next frame of our type
    at 1 timeout 5 python3 - <<'PYTHON'
import hashlib, socket
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88b5))
sock.bind(("eth0", 0x88b5))
open("/run/listening", "w").close()
frame = sock.recv(70000)
print(len(frame), hashlib.md5(frame).hexdigest())
PYTHON
}
frame_of() { # LENGTH: prints it in hexadecimal
    python3 -c "
import random, sys
random.seed($1)
sys.stdout.write(('ffffffffffff' + '020000000099' + '88b5') + random.randbytes($1 - 14).hex())"
}

sum_of() {
    python3 -c 'import hashlib; print(hashlib.md5(bytes.fromhex(input())).hexdigest())'
}

for length in 60 1514 2048 2049 3700 9014 15000; do
    frame=$(frame_of $length)
    rm -f /run/listening
    listen >/run/heard &
    listener=$!
    eventually 5 test -e /run/listening
    ovs-ofctl packet-out br0 "in_port=controller,packet=$frame,actions=output:1"
    wait $listener || fail "a frame of $length bytes did not arrive"
    equal "frame" "$(cat /run/heard)" \
        "$length $(sum_of <<<"$frame")"
done
refusal=$(ovs-ofctl packet-out br0 "in_port=controller,packet=$(frame_of 16000),actions=output:1" 2>&1 || true)
contains "$refusal" "OFPT_ERROR"
