#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages of metrics, held against OpenMetrics 1.0 as strictly as its text says.

  open_metrics.py get PLACE [NAME [LABEL=VALUE...]]   the page at PLACE, or the sum of these samples
  open_metrics.py names PLACE FILE                    every bvs_... in FILE is a sample's name there
  open_metrics.py described PLACE FILE                ... and those of all samples are there
  open_metrics.py check FILE                          a page that is in a file
  open_metrics.py --self-test

PLACE is the path of a unix socket, or ADDRESS:PORT. What is fetched is checked before anything else,
with the answer's head. A page with a fault ends with status 1 and a line for each.
"""
import collections
import math
import re
import socket
import sys

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[n"\\])*"'
NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
METADATA = re.compile(rf"# (TYPE|UNIT|HELP) ({NAME}) (.*)")
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?\}})? ({NUMBER})")
HELP = re.compile(r'(?:[^\\"]|\\[n"\\])*')
SUFFIXES = {"counter": ("_total",), "gauge": ("",), "info": ("_info",), "unknown": ("",)}

Family = collections.namedtuple("Family", "name type unit help samples")
Sample = collections.namedtuple("Sample", "name labels value")


class Page:
    """Families in their order, and the faults found in reading them."""

    def __init__(self, text):
        self.faults = []
        self.families = []
        self.seen = set()  # names of families, and of samples that they may have
        self.read(text)

    def fault(self, line, what):
        self.faults.append(f"line {line}: {what}")

    def read(self, text):
        if "\r" in text:
            self.faults.append("a carriage return")
        lines = text.split("\n")
        if lines[-1] or lines[-2:-1] != ["# EOF"]:
            self.faults.append("it does not end with '# EOF' and a line's end")
        for number, line in enumerate(lines[:-2], 1):
            if line.startswith("#"):
                self.read_metadata(number, line)
            else:
                self.read_sample(number, line)
        for family in self.families:
            self.check_family(family)

    def read_metadata(self, number, line):
        found = METADATA.fullmatch(line)
        if not found:
            return self.fault(number, f"no metadata: {line!r}")
        keyword, name, rest = found.groups()
        if not self.families or self.families[-1].name != name:
            if name in self.seen:
                self.fault(number, f"{name} again")
            self.families.append(Family(name, [], [], [], {}))
            self.seen.add(name)
        family = self.families[-1]
        if family.samples:
            self.fault(number, f"metadata of {name} behind its samples")
        getattr(family, keyword.lower()).append(rest)
        if keyword == "HELP" and not HELP.fullmatch(rest):
            self.fault(number, "the help is not escaped")

    def read_sample(self, number, line):
        found = SAMPLE.fullmatch(line)
        if not found:
            return self.fault(number, f"no sample: {line!r}")
        name, labels, value = found.groups()
        family = self.families[-1] if self.families else None
        if not family or name not in self.names_of(family):
            return self.fault(number, f"{name} is not in the family before it")
        pairs = [label.split("=", 1) for label in re.findall(LABEL, labels or "")]
        key = (name, frozenset((label, word) for label, word in pairs))
        if len({label for label, _ in pairs}) != len(pairs):
            self.fault(number, "a label twice")
        if key in family.samples:
            self.fault(number, f"the sample again: {line}")
        family.samples[key] = Sample(name, {label: word[1:-1] for label, word in pairs},
                                     float(value))

    @staticmethod
    def names_of(family):
        return [family.name + end for end in SUFFIXES.get("".join(family.type), ())]

    def check_family(self, family):
        name = family.name
        if len(family.type) != 1 or len(family.unit) > 1 or len(family.help) != 1:
            self.faults.append(f"{name} wants one TYPE, one HELP and at most one UNIT")
        if family.unit and not name.endswith(f"_{family.unit[0]}"):
            self.faults.append(f"{name} does not end with its unit")
        if family.type == ["counter"] and name.endswith("_total"):
            self.faults.append(f"the family {name} ends with _total, which is for its samples")
        if len({frozenset(sample.labels) for sample in family.samples.values()}) > 1:
            self.faults.append(f"samples of {name} have different labels")
        for sample in family.samples.values():
            if family.type == ["counter"] and not (sample.value >= 0 and math.isfinite(sample.value)):
                self.faults.append(f"{sample.name} is {sample.value}")
            if family.type == ["info"] and sample.value != 1:
                self.faults.append(f"{sample.name} is {sample.value} and no 1")

    def samples(self, name):
        return [sample for family in self.families for sample in family.samples.values()
                if sample.name == name]

    def sample_names(self):
        return {name for family in self.families for name in self.names_of(family)}


def answer(place, request):
    """What comes for the bytes, until the other side closes."""
    if place.startswith("/"):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(20)
        peer.connect(place)
    else:
        host, port = place.rsplit(":", 1)
        peer = socket.create_connection((host.strip("[]"), int(port)), 20)
    with peer:
        peer.sendall(request)
        return b"".join(iter(lambda: peer.recv(65536), b""))


def fetch(place):
    head, _, body = answer(place, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in lines)
    page = Page(body.decode("utf-8", "strict"))
    if status != "HTTP/1.1 200 OK":
        page.faults.append(f"status {status!r}")
    if fields.get("content-type") != CONTENT_TYPE:
        page.faults.append(f"Content-Type {fields.get('content-type')!r}")
    if fields.get("content-length") != str(len(body)):
        page.faults.append(f"Content-Length {fields.get('content-length')} of {len(body)}")
    return page, body.decode()


def total(page, name, *labels):
    wanted = dict(label.split("=", 1) for label in labels)
    return sum(sample.value for sample in page.samples(name)
               if wanted.items() <= sample.labels.items())


GOOD = '# TYPE a counter\n# HELP a A \\\\ b.\na_total{x="1\\"\\n"} 7\na_total{x=""} 1e3\n# EOF\n'
BAD = [
    "", "# EOF", GOOD + "\n", GOOD.replace("# EOF\n", ""), GOOD.replace("a_total", "a"),
    GOOD.replace('\\"', '"'), GOOD.replace('x=""', 'x="",x="2"'), GOOD.replace("7", "-7"),
    GOOD.replace("7", "7 "), GOOD.replace("7", "0x7"), GOOD.replace('x=""', 'x="1\\"\\n"'),
    GOOD.replace('{x=""}', '{y="1"}'), GOOD.replace("# HELP a", "# UNIT a bytes\n# HELP a"),
    GOOD.replace("counter", "meter"), GOOD.replace("# HELP a A", "# Help a A"),
    GOOD.replace("\\\\", "\\"), GOOD.replace("# EOF", "\n# EOF"), "# x\n" + GOOD,
    GOOD.replace("# EOF", "# TYPE b gauge\n# HELP b b\nb 1\n# TYPE a counter\n# EOF"),
    GOOD.replace("# EOF", "# HELP a b\n# EOF"), GOOD.replace("\n", "\r\n"),
]


def self_test():
    wrong = [text for text in BAD if not Page(text).faults]
    for text in wrong:
        print(f"accepted, but should be refused: {text!r}")
    for fault in Page(GOOD).faults:
        print(f"refused, but should be accepted: {fault}")
    return bool(wrong or Page(GOOD).faults)


def refuse(page):
    for fault in page.faults:
        print(fault, file=sys.stderr)
    if page.faults:
        sys.exit(1)


def main(verb, *arguments):
    if verb == "--self-test":
        sys.exit(self_test())
    if verb == "check":
        with open(arguments[0], encoding="utf-8") as file:
            return refuse(Page(file.read()))
    page, text = fetch(arguments[0])
    refuse(page)
    if verb in ("names", "described"):
        with open(arguments[1], encoding="utf-8") as file:
            used = set(re.findall(r"\b(?:bvs|process)_[a-z_]+\b", file.read()))
        for name in sorted(used - page.sample_names()):
            page.faults.append(f"{arguments[1]} names {name}, which is not on the page")
        for name in sorted(page.sample_names() - used if verb == "described" else ()):
            page.faults.append(f"{arguments[1]} does not name {name}")
        return refuse(page)
    if len(arguments) == 1:
        return print(text, end="")
    return print(f"{total(page, *arguments[1:]):.15g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
