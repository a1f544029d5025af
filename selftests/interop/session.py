# SPDX-License-Identifier: Apache-2.0
"""session.py SOCKET: sessions that go wrong at one message each, and the error that it gets: type,
code and the offender, whole or its first 64 bytes at least. OpenFlow 1.5.1, 7.5.4."""
import socket
import struct
import sys

ERROR, ONF = 1, 0x4F4E4600


def message(version, kind, body=b"", xid=7, length=None):
    return struct.pack("!BBHI", version, kind, length or 8 + len(body), xid) + body


def experimenter(version, vendor, kind, body=b""):
    return message(version, 4, struct.pack("!II", vendor, kind) + body)


def role(version, what, generation):
    return message(version, 24, struct.pack("!I4xQ", what, generation))


def bundle(what, number=1, flags=3):
    return message(6, 33, struct.pack("!IHH", number, what, flags))


def inside(inner, number=1, flags=3):
    return message(6, 34, struct.pack("!I2xH", number, flags) + inner)


HELLO = {version: message(version, 0) for version in (1, 4, 6)}
BARRIER6 = message(6, 20)
FLOW_MOD = message(6, 14, struct.pack("!QQBBHHHIIIHHHH4x", 0, 0, 0, 0, 0, 0, 0, 0xFFFFFFFF,
                                      0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 1, 4))
BAD_TABLE = message(6, 14, struct.pack("!QQBBHHHIIIHHHH4x", 0, 0, 254, 0, 0, 0, 0, 0xFFFFFFFF,
                                       0xFFFFFFFF, 0xFFFFFFFF, 0, 0, 1, 4))
OPEN, CLOSE, COMMIT = 0, 2, 4

# What it is about, what comes before, the message that is wrong, and the error's type and code.
CASES = [
    ("no common version", [], message(7, 0, struct.pack("!HHI", 1, 8, 1 << 7)), 0, 0),
    ("another version", [HELLO[4]], message(6, 2), 1, 0),
    ("unknown type", [HELLO[4]], message(4, 99), 1, 1),
    ("a reply", [HELLO[4]], message(4, 6, bytes(24)), 1, 1),
    ("unknown multipart", [HELLO[4]], message(4, 18, struct.pack("!HH4x", 77, 0)), 1, 2),
    ("unknown experimenter", [HELLO[4]], experimenter(4, 0x123456, 1), 1, 3),
    ("unknown message of Nicira's", [HELLO[4]], experimenter(4, 0x2320, 9999), 1, 4),
    ("a barrier too long", [HELLO[4]], message(4, 20, bytes(8)), 1, 6),
    ("truncated multipart", [HELLO[4]], message(4, 18, struct.pack("!HH4x", 1, 0) + bytes(8)), 1, 6),
    ("truncated flow", [HELLO[4]], message(4, 14, bytes(20)), 1, 6),
    ("no such buffer", [HELLO[4]], message(4, 13, struct.pack("!IIH6x", 5, 1, 0)), 1, 8),
    ("a table that is none", [HELLO[6]], BAD_TABLE, 5, 2),
    ("a slave writes", [HELLO[6], role(6, 3, 1)], FLOW_MOD, 1, 10),
    ("a slave sends", [HELLO[4], role(4, 3, 1)],
     message(4, 13, struct.pack("!IIH6x", 0xFFFFFFFF, 1, 0) + bytes(60)), 1, 10),
    ("stale generation", [HELLO[6], role(6, 2, 10)], role(6, 2, 9), 11, 0),
    ("no role", [HELLO[6]], role(6, 9, 20), 11, 2),
    ("bundle opened twice", [HELLO[6], bundle(OPEN)], bundle(OPEN), 17, 2),
    ("bundle closed twice", [HELLO[6], bundle(OPEN), bundle(CLOSE)], bundle(CLOSE), 17, 4),
    ("no such bundle", [HELLO[6]], bundle(COMMIT), 17, 2),
    ("other flags", [HELLO[6], bundle(OPEN)], bundle(COMMIT, flags=1), 17, 7),
    ("no type of bundle messages", [HELLO[6], bundle(OPEN)], bundle(17), 17, 6),
    ("not for bundles", [HELLO[6], bundle(OPEN)], inside(message(6, 5)), 17, 10),
    ("another xid inside", [HELLO[6], bundle(OPEN)], inside(message(6, 14, FLOW_MOD[8:], 8)), 17, 9),
    ("closed already", [HELLO[6], bundle(OPEN), bundle(CLOSE)], inside(FLOW_MOD), 17, 4),
]


def messages(stream):
    data = b""
    while True:
        while len(data) < 8 or len(data) < struct.unpack_from("!H", data, 2)[0]:
            more = stream.recv(65536)
            if not more:
                return
            data += more
        length = struct.unpack_from("!H", data, 2)[0]
        yield data[:length]
        data = data[length:]


def run(path, before, wrong):
    """The first error that the wrong message got: type, code, data."""
    with socket.socket(socket.AF_UNIX) as stream:
        stream.settimeout(20)
        stream.connect(path)
        for one in [*before, wrong]:
            stream.sendall(one)
        for answer in messages(stream):
            if answer[1] == ERROR:
                return (*struct.unpack_from("!HH", answer, 8), answer[12:])
    return None


def main():
    faults = 0
    for name, before, wrong, kind, code in CASES:
        got = run(sys.argv[1], before, wrong)
        whole = kind == 0 or got and got[2] == wrong[:max(64, len(got[2]))]
        if not got or got[:2] != (kind, code) or not whole:
            print(f"{name}: expected error {kind}, {code} with the message, got {got}")
            faults += 1
    print(f"{len(CASES)} sessions, {faults} faults")
    return faults != 0


sys.exit(main())
