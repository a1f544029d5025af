#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A controller that says hello, answers echo requests, and leaves the rest to the switch.

openflow_controller.py ADDRESS PORT"""
import selectors
import socket
import sys

HELLO = bytes([4, 0, 0, 8, 0, 0, 0, 1])
ECHO_REQUEST, ECHO_REPLY = 2, 3


def serve(peer):
    data = peer.recv(65536)
    if not data:
        return False
    while len(data) >= 8:
        length = int.from_bytes(data[2:4], "big")
        if data[1] == ECHO_REQUEST:
            peer.sendall(bytes([data[0], ECHO_REPLY]) + data[2:length])
        data = data[length:]
    return True


def main():
    server = socket.create_server((sys.argv[1], int(sys.argv[2])))
    ready = selectors.DefaultSelector()
    ready.register(server, selectors.EVENT_READ)
    while True:
        for key, _ in ready.select():
            if key.fileobj is server:
                peer, _ = server.accept()
                peer.sendall(HELLO)
                ready.register(peer, selectors.EVENT_READ)
            elif not serve(key.fileobj):
                ready.unregister(key.fileobj)
                key.fileobj.close()


main()
