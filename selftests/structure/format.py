#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""C and C++ are laid out as .clang-format says."""
import subprocess
import sys

import tree

TOOL = ["clang-format-19", "--dry-run", "-Werror", "--style=file"]


def check(path, text):
    if not tree.is_cpp(path):
        return []
    done = subprocess.run([*TOOL, f"--assume-filename={tree.ROOT / path}"], input=text,
                          capture_output=True, text=True, check=False)
    places = [line for line in done.stderr.splitlines() if ": error:" in line]
    return places[:1] if done.returncode else []


REFUSED = [("base/x.h", "int  f( );\n"), ("bpf/x.c", "int f(void)\n{\n\treturn 0;\n}\n")]
ACCEPTED = [("base/x.h", "int f();\n"), ("docs/x.md", "int  f( );\n")]

if __name__ == "__main__":
    sys.exit(tree.main(check, REFUSED, ACCEPTED))
