#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""systemd understands every line of our units. Skipped where systemd-analyze is not installed."""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import tree

SKIPPED = 77
# The program is not installed yet; any other that is there does for the check.
PROGRAM = "@CMAKE_INSTALL_FULL_SBINDIR@/bvsd"


def faults(name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, name)
        path.write_text(text.replace(PROGRAM, "/bin/true"))
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)],
                              capture_output=True, text=True, check=False)
    lines = [line for line in done.stderr.splitlines() if name in line]
    return lines or ([done.stderr] if done.returncode else [])


def main():
    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is not installed")
        return SKIPPED
    template = (tree.ROOT / "packaging" / "bvsd.service.in").read_text()
    if "--self-test" in sys.argv:
        damaged = template.replace("KillMode=mixed", "KillMode=gentle").replace("Type=", "Tpye=")
        return 0 if len(faults("bvsd.service", damaged)) >= 2 else 1
    found = faults("bvsd.service", template)
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
