#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sends UDP over IPv4 in many flows, and prints how many packets and bytes that were.

flow_frames.py NETDEV SOURCE-MAC DESTINATION-MAC FLOWS ROUNDS [LENGTH]

Each round has a packet of every flow. LENGTH is that of frames. Bytes are those of frames and, with
them, those of the IP packets.
"""
import socket
import struct
import sys

HEADERS = 14 + 20 + 8


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


def checksum(header):
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xffff) + (total >> 16)
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def frame(ends, flow, length):
    addresses = struct.pack("!II", 0x0a000001 + (flow >> 14 << 8), 0x0a000002)
    header = struct.pack("!BBHHHBBH", 0x45, 0, length - 14, 0, 0, 64, 17, 0) + addresses
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    ports = struct.pack("!HHHH", 1024 + (flow & 0x3fff), 4000, length - 34, 0)
    return ends + header + ports + bytes(length - HEADERS)


def main():
    netdev, source, destination = sys.argv[1:4]
    flows, rounds = int(sys.argv[4]), int(sys.argv[5])
    length = int(sys.argv[6]) if len(sys.argv) > 6 else 100
    ends = mac(destination) + mac(source) + b"\x08\x00"
    frames = [frame(ends, flow, length) for flow in range(flows)]
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    wire.bind((netdev, 0))
    for _ in range(rounds):
        for one in frames:
            wire.send(one)
    packets = flows * rounds
    print(packets, packets * length, packets * (length - 14))


main()
