#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every source file names its licence in its first line, and no file names a place of one machine."""
import re
import sys

import tree

TAG = "SPDX-License-Identifier: "
LICENCE = "Apache-2.0"
BPF_LICENCE = "GPL-2.0-only OR Apache-2.0"  # the kernel gives some helpers to GPL programs only
# Somebody's home or working folder.
MACHINE_PATH = re.compile(r"(?<![\w./$}-])/(work|home|root|Users)/[\w.]+")


def licences(path):
    if path.startswith("bpf/"):
        return [BPF_LICENCE]
    return [LICENCE, BPF_LICENCE] if path.startswith("maps/") else [LICENCE]


def check(path, text):
    faults = [f"names {found[0]}, which only one machine has" for found in MACHINE_PATH.finditer(text)]
    if tree.is_cpp(path) or path.endswith(".py") or tree.is_script(text):
        lines = text.split("\n", 2)
        line = lines[1] if tree.is_script(text) and len(lines) > 1 else lines[0]
        allowed = licences(path)
        if line.strip("/#* ") not in [TAG + licence for licence in allowed]:
            faults.append(f"does not open with '{TAG}{' or '.join(allowed)}'")
    return faults


REFUSED = [
    ("base/x.h", "#pragma once\n"),
    ("base/x.h", f"#pragma once\n// {TAG}{LICENCE}\n"),
    ("base/x.h", f"// {TAG}MIT\n"),
    ("bpf/x.h", f"// {TAG}{LICENCE}\n"),
    ("scripts/x", "#!/bin/bash\nset -e\n"),
    ("docs/x.md", "see /" + "home/somebody/notes\n"),
]
ACCEPTED = [
    ("base/x.h", f"// {TAG}{LICENCE}\n"),
    ("bpf/x.c", f"// {TAG}{BPF_LICENCE}\n"),
    ("maps/abi.h", f"/* {TAG}{BPF_LICENCE} */\n"),
    ("scripts/x", f"#!/bin/bash\n# {TAG}{LICENCE}\n"),
    ("docs/x.md", "see docs/" + "work/plan.md and $build/" + "root/lib\n"),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, REFUSED, ACCEPTED))
