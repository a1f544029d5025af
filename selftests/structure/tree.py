# SPDX-License-Identifier: Apache-2.0
"""The tracked files of the tree, and the frame that all checks of their text share.

A check is a function (path, text) -> sentences, one for each fault, empty when all is well. It comes
with samples that it must refuse and samples that it must accept; --self-test runs those alone.
"""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def tracked():
    """Paths from the root of the tree, of files that git knows and that are still there."""
    listing = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout
    return [path for path in listing.split("\0") if path and (ROOT / path).is_file()]


def read(path):
    """The file's text, or None where it is not text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def is_cpp(path):
    return path.endswith((".c", ".h", ".cpp"))


def is_script(text):
    return text.startswith("#!")


def proves_itself(check, refused, accepted):
    wrong = [f"accepted, but should be refused: {path}: {text!r}"
             for path, text in refused if not check(path, text)]
    wrong += [f"refused, but should be accepted: {path}: {fault}"
              for path, text in accepted for fault in check(path, text)]
    for line in wrong:
        print(f"self-test: {line}")
    return not wrong


def main(check, refused, accepted):
    """Exit status of a check's script."""
    if "--self-test" in sys.argv:
        return 0 if proves_itself(check, refused, accepted) else 1
    count = faults = 0
    for path in tracked():
        text = read(path)
        if text is None:
            continue
        count += 1
        for fault in check(path, text):
            print(f"{path}: {fault}")
            faults += 1
    print(f"{count} files, {faults} faults")
    return 1 if faults else 0
