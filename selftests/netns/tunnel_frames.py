#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is in tunnels, as scapy has it, between guest 1 and a far host that is only a wire (lib.sh).

  tunnel_frames.py bytes TYPE VERSION [SUM]  each frame of guest 1 leaves as scapy would wrap it, and
                                             what scapy wraps arrives at guest 1, byte for byte; SUM:
                                             `true` if it leaves with a checksum
  tunnel_frames.py ecn TYPE VERSION          bits of congestion notification, as RFC 6040 has them
  tunnel_frames.py key TYPE VERSION KEY SECONDS  prints with which key a frame of guest 1 leaves, and
                                             `yes` if one with KEY arrives there within that time
  tunnel_frames.py bad TYPE VERSION CHANGE... guest 1 is sent wrapped frames, each wrong in one way
  tunnel_frames.py flows COUNT [BYTES]       guest 1 sends a datagram of COUNT flows each
  tunnel_frames.py pcap FILE TYPE VERSION    a small frame of guest 1, wrapped, into a file

VERSION is that of the outer IP. Any but the first packet that leaves must be right the first time.
"""
import os
import select
import socket
import struct
import sys
import time

from frames import (PACKET_AUXDATA, SOL_PACKET, TP_STATUS_VLAN_TPID_VALID, TP_STATUS_VLAN_VALID,
                    numbered, open_socket)
from scapy.contrib.geneve import GENEVE
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import ARP, GRE, Dot1Q, Ether
from scapy.layers.vxlan import VXLAN
from scapy.packet import Raw
from scapy.utils import hexdump, wrpcap

PATIENCE = 10  # seconds until a frame is given up
KEY = 7
GUEST, FAR_GUEST, FAR_HOST, HOST = numbered(1), numbered(99), numbered(9), "02:00:00:00:09:fe"
HERE = {4: "172.16.0.254", 6: "fd00::fe"}
FAR = {4: "172.16.0.9", 6: "fd00::9"}


def die(text, *seen):
    print(f"FAIL: {text}", file=sys.stderr)
    for frame in seen:
        print(f"seen: {Ether(frame).summary()}\n{hexdump(frame, dump=True)}", file=sys.stderr)
    sys.exit(1)


class Wire:
    """eth0 of a guest; open before anything is sent, so that nothing is missed."""

    def __init__(self, guest):
        self.socket = open_socket(guest)

    def send(self, frame):
        self.socket.send(bytes(frame))

    def receive(self, seconds):
        """The next frame that came in, its tag put back where the kernel took it from; or None."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and select.select([self.socket], [], [], left)[0]:
            frame, ancillary, _, source = self.socket.recvmsg(65536, 64)
            if source[2] == socket.PACKET_OUTGOING:
                continue
            for level, kind, data in ancillary:
                if level == SOL_PACKET and kind == PACKET_AUXDATA:
                    status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
                    if status & TP_STATUS_VLAN_VALID:
                        tpid = tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100
                        frame = frame[:12] + struct.pack("!HH", tpid, tci) + frame[12:]
            return frame
        return None

    def find(self, inner, seconds=PATIENCE):
        """The first frame that ends with `inner` or None, and the others until then."""
        others, end = [], time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if (frame := self.receive(left)) is not None:
                if frame.endswith(bytes(inner)):
                    return frame, others
                others.append(frame)
        return None, others


def outer_ip(version, source, destination, **fields):
    if version == 6:
        return IPv6(src=source, dst=destination, hlim=fields.pop("ttl", 64),
                    tc=fields.pop("tos", 0), **fields)
    return IP(src=source, dst=destination, flags="DF", **fields)


def tunnel(kind, key=KEY, sport=50000, chksum=0):
    """Of chksum None scapy computes one."""
    if kind == "gre":
        return GRE(proto=0x6558, chksum_present=int(chksum is None), key_present=1, key=key)
    if kind == "vxlan":
        return UDP(sport=sport, dport=4789, chksum=chksum) / VXLAN(flags=8, vni=key)
    return UDP(sport=sport, dport=6081, chksum=chksum) / GENEVE(vni=key, proto=0x6558)


def coming(kind, version, inner, key=KEY, chksum=0, **fields):
    """`inner` as the far host wraps it."""
    return (Ether(src=FAR_HOST, dst=HOST) / outer_ip(version, FAR[version], HERE[version], **fields) /
            tunnel(kind, key, chksum=chksum) / Raw(bytes(inner)))


def going(kind, version, inner, seen, chksum=0, **fields):
    """`inner` as this host wraps it; what is free to choose is taken from `seen`."""
    if version == 4:
        fields["id"] = seen[IP].id
    sport = seen[UDP].sport if kind != "gre" else 0
    if kind != "gre" and not 32768 <= sport:
        die(f"UDP source port {sport}", bytes(seen))
    return (Ether(src=HOST, dst=FAR_HOST) / outer_ip(version, HERE[version], FAR[version], **fields) /
            tunnel(kind, sport=sport, chksum=chksum) / Raw(bytes(inner)))


def datagram(text, source=GUEST, destination=FAR_GUEST, tos=0, sport=1000):
    return Ether(src=source, dst=destination) / IP(src="10.0.0.1", dst="10.0.0.99", tos=tos) / UDP(
        sport=sport, dport=2000) / Raw(text.encode().ljust(40, b"."))


def inner_frames(source, destination):
    """(name, frame): untagged and with one tag; what follows the Ethernet header of each differs."""
    addresses = {"src": "10.0.0.1", "dst": "10.0.0.99"}
    bodies = {
        "ARP": ARP(hwsrc=source, psrc="10.0.0.1", pdst="10.0.0.99"),
        "UDP": IP(**addresses) / UDP(sport=1000, dport=2000) / Raw(b"datagram"),
        "TCP": IP(**addresses) / TCP(sport=1000, dport=2000, flags="PA") / Raw(b"segment"),
        "UDP over IPv6": IPv6(src="fd01::1", dst="fd01::99") / UDP(sport=1000, dport=2000) / Raw(b"six"),
        "much": IP(**addresses) / UDP(sport=1000, dport=2000) / Raw(bytes(range(256)) * 5),
    }
    for number, (name, body) in enumerate(bodies.items()):
        ether = Ether(src=source, dst=destination)
        yield name, ether / body / Raw(bytes([number]) * 8)
        yield f"{name}, tagged", ether / Dot1Q(vlan=10, prio=3) / body / Raw(bytes([number]) * 9)


def warm_up(guest, wire, seconds=20):
    """The first packets may go while the host still learns where its underlay is."""
    others = []
    for number in range(seconds * 2):
        frame = datagram(f"warm-up {number}")
        guest.send(frame)
        found, more = wire.find(frame, 0.5)
        others += more
        if found:
            return
    die("nothing of what guest 1 sends leaves by the tunnel", *others)


def leaves(guest, wire, frame, what):
    """`frame`, sent by the guest, as the wire has it."""
    guest.send(frame)
    found, others = wire.find(frame)
    if not found:
        die(f"{what}, out: it never left", *others)
    return Ether(found)


def bytes_out(guest, wire, kind, version, destination, chksum):
    for name, frame in inner_frames(GUEST, destination):
        what = f"{kind} over IPv{version}, {name}"
        seen = leaves(guest, wire, frame, what)
        if bytes(seen) != bytes(expected := going(kind, version, frame, seen, chksum)):
            print(f"expected:\n{hexdump(bytes(expected), dump=True)}", file=sys.stderr)
            die(f"{what}, out", bytes(seen))


def bytes_in(guest, wire, kind, version):
    for checksum in (0, None):
        for name, frame in inner_frames(FAR_GUEST, GUEST):
            wire.send(coming(kind, version, frame, chksum=checksum))
            found, others = guest.find(frame)
            if found != bytes(frame):
                die(f"{kind} over IPv{version}, {name}, in", *others, *([found] if found else []))


def command_bytes(kind, version, summed="false"):
    guest, wire = Wire(1), Wire(9)
    chksum = None if summed == "true" else 0
    warm_up(guest, wire)
    bytes_out(guest, wire, kind, version, FAR_GUEST, chksum)  # unknown: flooded, in copies
    bytes_in(guest, wire, kind, version)
    bytes_out(guest, wire, kind, version, FAR_GUEST, chksum)  # the only receiver is the tunnel


def command_ecn(kind, version):
    guest, wire = Wire(1), Wire(9)
    warm_up(guest, wire)
    for bits in range(4):
        seen = leaves(guest, wire, datagram(f"out {bits}", tos=bits), f"ECN {bits}")
        if (traffic := seen[IP].tos if version == 4 else seen[IPv6].tc) != bits:
            die(f"inner ECN {bits}: outer {traffic}", bytes(seen))
    for outer in range(4):
        for inner in range(4):
            frame = datagram(f"in {outer} {inner}", FAR_GUEST, GUEST, tos=inner)
            become = 3 if outer == 3 else 1 if (outer, inner) == (1, 2) else inner
            expected = datagram(f"in {outer} {inner}", FAR_GUEST, GUEST, tos=become)
            last = datagram(f"after {outer} {inner}", FAR_GUEST, GUEST)
            wire.send(coming(kind, version, frame, tos=outer))
            wire.send(coming(kind, version, last))
            lost = (outer, inner) == (3, 0)
            found, others = guest.find(last if lost else expected)
            if not found:
                die(f"outer ECN {outer}, inner {inner}: not as RFC 6040 has it", *others)
            if lost and any(other.endswith(bytes(frame[UDP])) for other in others):
                die("congestion, told of to who cannot hear, was not dropped", *others)


def key_of(kind, frame):
    if kind == "gre":
        return frame[GRE].key if frame[GRE].key_present else "none"
    return frame[VXLAN if kind == "vxlan" else GENEVE].vni


def command_key(kind, version, key, seconds):
    guest, wire = Wire(1), Wire(9)
    warm_up(guest, wire)
    print(key_of(kind, leaves(guest, wire, datagram("key"), "key")))
    frame = datagram("its key", FAR_GUEST, GUEST)
    wire.send(coming(kind, version, frame, key=int(key)))
    print("yes" if guest.find(frame, float(seconds))[0] else "no")


def command_flows(count, size="40"):
    guest = Wire(1)
    for number in range(int(count)):
        guest.send(datagram("flow".ljust(int(size)), sport=10000 + number))


def command_pcap(file, kind, version):
    guest, wire = Wire(1), Wire(9)
    warm_up(guest, wire)
    wrpcap(file, leaves(guest, wire, datagram("decode me"), "the frame"))


def bad(kind, version, change):
    """A frame for the host's tunnel, wrong in one respect."""
    fields = {}
    if "." in change or ":" in change:
        fields["src"] = change
    elif change == "own":
        fields["src"] = HERE[version]
    elif change == "remote":
        fields["src"] = {4: "172.16.0.10", 6: "fd00::10"}[version]
    inner = b"runt" if change == "runt" else datagram(change, FAR_GUEST, GUEST)
    frame = coming(kind, version, inner, key=8 if change == "key" else KEY)
    ip = frame[IP if version == 4 else IPv6]
    for name, value in fields.items():
        setattr(ip, name, value)
    if change == "version":
        frame[GRE if kind == "gre" else GENEVE].version = 1
    elif change == "flags":
        frame[VXLAN].flags = 0
    elif change == "length":
        frame[UDP].len = 2000
    elif change == "options":
        frame[GENEVE].optionlen = 63
    elif change == "cut":
        setattr(ip, "proto" if version == 4 else "nh", 47 if kind == "gre" else 17)
        start = bytes(tunnel(kind))[:6 if kind == "gre" else 11]
        ip.remove_payload()
        frame = frame / Raw(start)
    return frame


def command_bad(kind, version, *changes):
    wire = Wire(9)
    for change in changes:
        wire.send(bad(kind, version, change))


if __name__ == "__main__":
    os.chdir("/")
    command, *rest = sys.argv[1:]
    if command in ("bytes", "ecn", "key", "bad"):
        rest[1] = int(rest[1])
    elif command == "pcap":
        rest[2] = int(rest[2])
    {"bytes": command_bytes, "ecn": command_ecn, "key": command_key, "bad": command_bad,
     "flows": command_flows, "pcap": command_pcap}[command](*rest)
