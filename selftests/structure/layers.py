#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may include whom: the table of docs/architecture.md, held against every quoted include."""
import re
import sys

import tree

# A folder, and what its files may include besides their own folder and base/. The longest folder
# that fits a file counts. An entry is a folder or a single file.
MAY_INCLUDE = {
    "base": [],
    "maps": [],
    "bpf": ["maps"],
    "loader": ["maps"],
    "switch/model": ["maps/abi.h"],
    "switch/compile": ["switch/model", "maps/abi.h"],
    "switch/host": ["switch/model"],
    "switch/protocol": ["switch/model"],
    "switch": ["maps", "loader", "ovsdb", "ofagent", "netflow", "net"],
    "ofagent/text": ["switch/model"],
    "ofagent/wire": ["switch/model"],
    "ofagent": ["switch/model", "net"],
    "netflow": ["switch/model"],
    "net": [],
    "ovsdb": ["net"],
    "ctl": ["ovsdb", "ofagent/text", "ofagent/wire", "net"],
}
ANYTHING = ("selftests", "bench")
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)


def within(path, place):
    return path == place or path.startswith(place + "/")


def folder_of(path):
    return max((folder for folder in MAY_INCLUDE if within(path, folder)), key=len, default=None)


def check(path, text):
    if not tree.is_cpp(path) or path.startswith(tuple(f"{free}/" for free in ANYTHING)):
        return []
    folder = folder_of(path)
    if folder is None:
        return ["is in no folder that holds code; see MAY_INCLUDE in selftests/structure/layers.py"]
    allowed = [folder, "base", *MAY_INCLUDE[folder]]
    return [f'{folder}/ may not include "{name}"; it may include {", ".join(allowed)}'
            for name in INCLUDE.findall(text) if not any(within(name, place) for place in allowed)]


REFUSED = [
    ("ovsdb/value.cpp", '#include "switch/daemon.h"\n'),
    ("switch/model/port.h", '#include "maps/maps.bpf.h"\n'),
    ("switch/compile/port.cpp", '#  include "switch/host/link.h"\n'),
    ("switch/protocol/lacp.cpp", '#include "switch/host/link.h"\n'),
    ("ctl/main.cpp", '#include "switch/model/port.h"\n'),
    ("bpf/parse.h", '#include "loader/loader.h"\n'),
    ("bpf/parse.h", '#include "drop.h"\n'),
    ("elsewhere/x.cpp", ""),
]
ACCEPTED = [
    ("switch/model/port.h", '#include "maps/abi.h"\n#include <switch/daemon.h>\n'),
    ("switch/main.cpp", '#include "switch/host/link.h"\n#include "loader/loader.h"\n'),
    ("selftests/unit/x.cpp", '#include "ctl/table.h"\n'),
    ("ovsdb/value.cpp", '#include "base/result.h"\n#include "ovsdb/value.h"\n'),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, REFUSED, ACCEPTED))
