#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Frames that tools cannot make, between the guests of a scenario.

  frames.py seen N [FIELD=VALUE...]     guest N sends one frame; prints who receives it
  frames.py macs N COUNT                guest N sends frames from COUNT source addresses
  frames.py from N MAC...               guest N sends a frame from each of these addresses
  frames.py udp N M                     N's kernel sends M a datagram; prints what its checksum is

FIELDs are dst, src (addresses), tags and copies (how often it is sent). Tags are joined by '/', the
outermost first; each is a VLAN id, 'ad:' before it for 802.1ad, 'pN' after it for priority N; '-' is
none. `seen` prints 'GUEST:TAGS' for each frame received, by guest, in one line: the whole truth,
with what came twice and what came back.
"""
import ctypes
import os
import pathlib
import re
import select
import socket
import struct
import sys
import time

ETH_P_ALL, SOL_PACKET, PACKET_AUXDATA = 0x0003, 263, 8
ETH_P_TEST = 0x88B5  # local experimental
TP_STATUS_CSUMNOTREADY = 0x8
TP_STATUS_VLAN_VALID, TP_STATUS_VLAN_TPID_VALID = 0x10, 0x40
CLONE_NEWNET = 0x40000000
QUIET = 0.15  # seconds without a frame after which none will come
BROADCAST = "ff:ff:ff:ff:ff:ff"


def enter(guest):
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/run/netns/h{guest}", "rb") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter guest {guest}")


def open_socket(guest):
    enter(guest)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
    wire.bind(("eth0", ETH_P_ALL))
    return wire


def address(text):
    return bytes.fromhex(text.replace(":", ""))


def numbered(guest):
    return f"02:00:00:00:00:{guest:02x}"


def parse_tag(text):
    service, vid, priority = re.fullmatch(r"(ad:)?(\d+)(?:p(\d))?", text).groups()
    return struct.pack("!HH", 0x88A8 if service else 0x8100, int(priority or 0) << 13 | int(vid))


def make_frame(source, dst=BROADCAST, src=None, tags="-"):
    header = b"" if tags == "-" else b"".join(parse_tag(tag) for tag in tags.split("/"))
    payload = struct.pack("!H", ETH_P_TEST).ljust(48, b"\0")
    return address(dst) + address(src or numbered(source)) + header + payload


def tag_text(tpid, tci):
    priority = f"p{tci >> 13}" if tci >> 13 else ""
    return f"{'ad:' if tpid == 0x88A8 else ''}{tci & 0xFFF}{priority}"


def received_tags(frame, ancillary):
    """The tags of a test frame as text; None for any other frame."""
    tags = []
    for level, kind, data in ancillary:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
            if status & TP_STATUS_VLAN_VALID:
                tags.append(tag_text(tpid if status & TP_STATUS_VLAN_TPID_VALID else 0x8100, tci))
    offset = 12
    while len(frame) >= offset + 4:
        tpid, tci = struct.unpack_from("!HH", frame, offset)
        if tpid not in (0x8100, 0x88A8):
            break
        tags.append(tag_text(tpid, tci))
        offset += 4
    return ("/".join(tags) or "-") if tpid == ETH_P_TEST else None


def receive(wires):
    """(guest, tags) of every test frame, until all is quiet."""
    seen, end = [], time.monotonic() + QUIET
    guests = {wire: guest for guest, wire in wires.items()}
    while (left := end - time.monotonic()) > 0:
        for wire in select.select(list(guests), [], [], left)[0]:
            frame, ancillary, _, source = wire.recvmsg(2048, 64)
            if source[2] == socket.PACKET_OUTGOING:
                continue
            if (tags := received_tags(frame, ancillary)) is not None:
                seen.append((guests[wire], tags))
                end = time.monotonic() + QUIET
    return sorted(seen)


def command_seen(sender, *fields):
    fields = dict(field.split("=", 1) for field in fields)
    copies = int(fields.pop("copies", "1"))
    guests = sorted(int(path.name[1:]) for path in pathlib.Path("/run/netns").glob("h[0-9]*"))
    wires = {guest: open_socket(guest) for guest in guests}
    frame = make_frame(int(sender), **fields)
    for _ in range(copies):
        wires[int(sender)].send(frame)
    print(" ".join(f"{guest}:{tags}" for guest, tags in receive(wires)))


def command_macs(sender, count):
    wire = open_socket(int(sender))
    for number in range(int(count)):
        source = f"06:00:{number >> 24:02x}:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
        wire.send(make_frame(int(sender), src=source))


def command_from(sender, *sources):
    wire = open_socket(int(sender))
    for source in sources:
        wire.send(make_frame(int(sender), src=source))


def ones_complement_sum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def judge_checksum(packet, to_be_completed):
    """`packet` is IPv4 with a UDP datagram of even length."""
    header = (packet[0] & 15) * 4
    datagram = packet[header:header + struct.unpack_from("!H", packet, header + 4)[0]]
    pseudo = packet[12:20] + struct.pack("!HH", socket.IPPROTO_UDP, len(datagram))
    if to_be_completed:
        begun = struct.unpack_from("!H", datagram, 6)[0] == ones_complement_sum(pseudo)
        return "rightly begun" if begun else "wrongly begun"
    return "right" if ones_complement_sum(pseudo + datagram) == 0xFFFF else "wrong"


def command_udp(sender, receiver):
    wire = open_socket(int(receiver))
    wire.settimeout(2)
    enter(int(sender))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(b"checksum" * 30, (f"10.0.0.{receiver}", 7777))
    while True:
        frame, ancillary, _, source = wire.recvmsg(2048, 64)
        start = 12
        while frame[start:start + 2] == b"\x81\x00":
            start += 4
        packet = frame[start + 2:]
        if source[2] == socket.PACKET_OUTGOING or frame[start:start + 2] != b"\x08\x00":
            continue
        if packet[9] == socket.IPPROTO_UDP:
            status = struct.unpack_from("I", ancillary[0][2])[0]
            print(judge_checksum(packet, status & TP_STATUS_CSUMNOTREADY))
            return


if __name__ == "__main__":
    os.chdir("/")
    {"seen": command_seen, "macs": command_macs, "from": command_from,
     "udp": command_udp}[sys.argv[1]](*sys.argv[2:])
