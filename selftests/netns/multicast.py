#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Hosts of multicast, in the namespace where this runs, at eth0.

  multicast.py count FILE GROUP [join]   has in FILE how many UDP packets to the group came to eth0,
                                         a member of it or not, until it is told to end
  multicast.py send GROUP N              so many of them
  multicast.py join GROUP...             is a member of them until it is told to end
  multicast.py query [bad]               a general query of IGMP, with a wrong checksum if bad
"""
import ipaddress
import os
import signal
import socket
import struct
import sys

PORT = 5555
ETH_P_ALL = 3


def family_of(group):
    return socket.AF_INET6 if ipaddress.ip_address(group).version == 6 else socket.AF_INET


def join(group):
    family = family_of(group)
    member = socket.socket(family, socket.SOCK_DGRAM)
    index = socket.if_nametoindex("eth0")
    address = ipaddress.ip_address(group).packed
    if family == socket.AF_INET6:
        member.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP,
                          address + struct.pack("@I", index))
    else:
        member.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                          address + struct.pack("@4si", bytes(4), index))
    return member


def stay(*groups):
    members = [join(group) for group in groups]
    while members:
        signal.pause()


def is_wanted(frame, group):
    packed = ipaddress.ip_address(group).packed
    if len(packed) == 4:
        return frame[12:14] == b"\x08\x00" and frame[23] == 17 and frame[30:34] == packed
    return frame[12:14] == b"\x86\xdd" and frame[20] == 17 and frame[38:54] == packed


def store(path, count):
    with open(f"{path}.new", "w") as file:
        print(count, file=file)
    os.rename(f"{path}.new", path)


def count(path, group, *joins):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.bind(("eth0", ETH_P_ALL))
    wire.setsockopt(263, 1, struct.pack("@IHH8s", socket.if_nametoindex("eth0"), 1, 0, b""))
    member = join(group) if joins else None
    seen = 0
    store(path, seen)
    while True:
        frame, (_, _, kind, *_) = wire.recvfrom(2048)
        if kind != socket.PACKET_OUTGOING and is_wanted(frame, group):
            seen += 1
            store(path, seen)
    return member


def send(group, packets):
    family = family_of(group)
    sender = socket.socket(family, socket.SOCK_DGRAM)
    index = socket.if_nametoindex("eth0")
    if family == socket.AF_INET6:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    else:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                          struct.pack("@4s4si", bytes(4), bytes(4), index))
    for _ in range(int(packets)):
        sender.sendto(b"hello", (group, PORT))


def checksum(message):
    total = sum(struct.unpack(f"!{len(message) // 2}H", message))
    return ~((total & 0xffff) + (total >> 16)) & 0xffff


def query(*bad):
    message = struct.pack("!BBHI", 0x11, 100, 0, 0)
    message = struct.pack("!BBHI", 0x11, 100, checksum(message) ^ bool(bad), 0)
    router = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_IGMP)
    router.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, b"\x94\x04\x00\x00")
    router.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
    router.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF,
                      struct.pack("@4s4si", bytes(4), bytes(4), socket.if_nametoindex("eth0")))
    router.sendto(message, ("224.0.0.1", 0))


if __name__ == "__main__":
    {"count": count, "send": send, "join": stay, "query": query}[sys.argv[1]](*sys.argv[2:])
