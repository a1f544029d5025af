#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shell scripts satisfy shellcheck, and bash ones stop at the first failing command."""
import re
import subprocess
import sys

import tree

SHEBANG = re.compile(r"#!\s*/\S*\b(?:env )?(?P<shell>bash|sh)\b")
STOPS = re.compile(r"^\s*set -\w*e", re.MULTILINE)


def check(_, text):
    if not (shebang := SHEBANG.match(text)):
        return []
    done = subprocess.run(["shellcheck", "--format=gcc", f"--shell={shebang['shell']}", "-"],
                          input=text, capture_output=True, text=True, check=False)
    faults = [line.removeprefix("-:") for line in done.stdout.splitlines()]
    if not STOPS.search(text):
        faults.append("has no 'set -e': it would go on after a failure")
    return faults


REFUSED = [
    ("scripts/x", "#!/bin/bash\nset -e\nrm $1/x\n"),
    ("scripts/x", "#!/usr/bin/env bash\nset -e\nrm $1/x\n"),
    ("scripts/x", "#!/bin/bash\necho x\n"),
]
ACCEPTED = [
    ("scripts/x", '#!/bin/bash\nset -euo pipefail\nrm "$1/x"\n'),
    ("scripts/x.py", "#!/usr/bin/env python3\nprint(1)\n"),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, REFUSED, ACCEPTED))
