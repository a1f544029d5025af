# SPDX-License-Identifier: Apache-2.0
"""A controller's end of OpenFlow 1.3, as much of it as is measured: flows, packets out, and
packets in."""
import socket
import struct
import time

import shell

VERSION = 4
HELLO, ERROR, SET_CONFIG, PACKET_IN, PACKET_OUT = 0, 1, 9, 10, 13
FLOW_MOD, BARRIER_REQUEST, BARRIER_REPLY = 14, 20, 21
HEADER = struct.Struct("!BBHI")
NO_BUFFER, FROM_CONTROLLER, WHOLE = 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFF
OUTPUT, OUTPUT_LENGTH = 0, 16
ANY = 0xFFFFFFFF  # port, group
BASIC, ETH_TYPE, IPV4_SRC, MASKED = 0x8000, 5 << 1, 11 << 1, 1  # of a match's fields
ETH_P_IP = 0x0800


def message(kind, body=b""):
    return HEADER.pack(VERSION, kind, HEADER.size + len(body), 1) + body


def packet_out(frame, port):
    actions = struct.pack("!HHIH6x", OUTPUT, OUTPUT_LENGTH, port, WHOLE)
    return message(PACKET_OUT, struct.pack("!IIH6x", NO_BUFFER, FROM_CONTROLLER, len(actions)) +
                   actions + frame)


def add_flow(rule):
    """One of pipelines.Rule; without instructions it drops."""
    mask = 0xFFFFFFFF << 32 - rule.prefix & 0xFFFFFFFF
    match = struct.pack("!HHHBBHHBBII2x", 1, 22, BASIC, ETH_TYPE, 2, ETH_P_IP, BASIC, IPV4_SRC | MASKED, 8,
                        rule.address, mask)
    return message(FLOW_MOD, struct.pack("!QQBBHHHIIIH2x", 0, 0, rule.table, 0, 0, 0, rule.priority,
                                         NO_BUFFER, ANY, ANY, 0) + match)


class Channel:
    """A connection at a switch's management socket. There it is told of packets only once it has said
    how much of them it wants."""

    def __init__(self, path):
        self.stream = socket.socket(socket.AF_UNIX)
        self.stream.settimeout(20)
        self.stream.connect(str(path))
        self.rest = b""
        self.send(message(HELLO) + message(SET_CONFIG, struct.pack("!HH", 0, WHOLE)))
        self.barrier()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stream.close()

    def send(self, messages):
        self.stream.sendall(messages)

    def receive(self):
        """The types of the messages that have come whole; waits for something to come."""
        more = self.stream.recv(1 << 20)
        if not more:
            raise shell.Failed("the switch closed the OpenFlow connection")
        data, at, types = self.rest + more, 0, []
        while at + HEADER.size <= len(data):
            _, kind, length, _ = HEADER.unpack_from(data, at)
            if at + length > len(data):
                break
            if kind == ERROR:
                raise shell.Failed(f"the switch answered with error {data[at + 8:at + 12].hex()}")
            types.append(kind)
            at += length
        self.rest = data[at:]
        return types

    def barrier(self):
        """Waits until the switch has done all that was sent."""
        self.send(message(BARRIER_REQUEST))
        while BARRIER_REPLY not in self.receive():
            pass

    def packet_ins(self, over, quiet):
        """Takes them until over() and nothing comes for `quiet` seconds: how many, and how many a
        second. What came with the first is not in the rate: it may have lain there for a while."""
        counts, times = [], []
        self.stream.settimeout(quiet)
        while True:
            try:
                counts.append(self.receive().count(PACKET_IN))
                times.append(time.monotonic())
            except TimeoutError:
                if over():
                    break
        rate = sum(counts[1:]) / (times[-1] - times[0]) if len(times) > 1 else None
        return sum(counts), rate
