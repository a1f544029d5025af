# SPDX-License-Identifier: Apache-2.0
"""Table Interface of a host's database, followed (RFC 7047, 4.1.5), over TLS, in an os-ken application."""
import json
import socket

from os_ken.lib import hub

import pki

AGAIN = 0.5  # seconds until a lost connection is tried again
MONITOR = {"method": "monitor", "id": 0, "params": [
    "Open_vSwitch", None, {"Interface": {"columns": ["name", "ofport", "external_ids"]}}]}


class Interfaces:
    """`changed()` is called whenever `rows`, uuid -> (ofport, external_ids), are others. Rows without
    an OpenFlow port are left out."""

    def __init__(self, address, changed):
        self.address, self.changed, self.rows = address, changed, {}
        hub.spawn(self.follow)

    def follow(self):
        while True:
            try:
                self.session()
            except OSError:
                hub.sleep(AGAIN)

    def session(self):
        with socket.create_connection(self.address) as plain, \
                pki.context().wrap_socket(plain) as stream:
            stream.sendall(json.dumps(MONITOR).encode())
            self.rows = {}
            decoder, text = json.JSONDecoder(), b""
            while more := stream.recv(65536):
                text += more
                while text:
                    try:
                        message, end = decoder.raw_decode(text.decode())
                    except ValueError:
                        break  # the rest is still to come
                    text = text[end:]
                    self.take(stream, message)
        raise OSError("the database is gone")

    def take(self, stream, message):
        if message.get("method") == "echo":
            stream.sendall(json.dumps({"result": message["params"], "error": None,
                                       "id": message["id"]}).encode())
            return
        update = message["params"][1] if message.get("method") == "update" else message["result"]
        for uuid, change in update.get("Interface", {}).items():
            row = change.get("new")
            if row and isinstance(row["ofport"], int) and row["ofport"] > 0:
                self.rows[uuid] = row["ofport"], dict(row["external_ids"][1])
            else:
                self.rows.pop(uuid, None)
        self.changed()
