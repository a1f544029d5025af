#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A file has at most 500 lines, a function 60, and 80 in BPF, where the verifier forbids some calls.

Functions are found by their braces, which clang-format has put where they belong; a function's lines
run from its declaration's first to its closing brace, and lambdas belong to the function around them.
"""
import re
import sys

import tree

FILE_LINES = 500
FUNCTION_LINES = 60
BPF_FUNCTION_LINES = 80

# What can hide a brace: comments, literals, preprocessor lines.
HIDDEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*", re.DOTALL | re.MULTILINE)
TYPE = re.compile(r"\b(class|struct|union|enum|namespace|extern)\b[^()=]*$")
ATTRIBUTE = re.compile(r"(__attribute__|alignas)\s*\(\(?[^()]*(\([^()]*\))?\)?\)")
CONSTRUCTOR = re.compile(r"\)\s*(noexcept\s*)?:(?!:)")
NAME = re.compile(r"([~\w:]+)\s*\(")


def block_kind(head):
    """What the brace after `head` opens: a scope with declarations, a function, or values."""
    head = ATTRIBUTE.sub("", head).strip()
    if TYPE.search(head):
        return "scope"
    if ")" not in head or head[-1] in "(,=" or head.endswith("return"):
        return "values"
    if CONSTRUCTOR.search(head) and not head.endswith((")", "{}")):
        return "values"  # a member initialised in braces
    return "function"


def functions(text):
    """(name, first line, number of lines) of each function."""
    text = HIDDEN.sub(lambda hidden: re.sub(r"[^\n]", " ", hidden[0]), text)
    found, scopes, head, start, inside = [], [], "", 0, 0
    for place, char in enumerate(text):
        if inside:  # in a function or in values: only the way out counts
            inside += (char == "{") - (char == "}")
            if inside == 0 and scopes.pop() == "function":
                first = text.count("\n", 0, start) + 1
                name = (NAME.search(ATTRIBUTE.sub("", head).replace("SEC(", "")) or [0, "?"])[1]
                found.append((name, first, text.count("\n", 0, place) + 2 - first))
                head = ""
            elif inside == 0:
                head += "{}"
        elif char == "{":
            scopes.append(block_kind(head))
            if scopes[-1] == "scope":
                head = ""
            else:
                inside = 1
        elif char in ";}":
            if char == "}" and scopes:
                scopes.pop()
            head = ""
        else:
            if not head.strip() and not char.isspace():
                start = place
            head += char
    return found


def check(path, text):
    if not tree.is_cpp(path) and not path.endswith(".py") and not tree.is_script(text):
        return []
    lines = text.count("\n")
    faults = [f"{lines} lines; at most {FILE_LINES}"] if lines > FILE_LINES else []
    if tree.is_cpp(path):
        bpf = path.startswith("bpf/") or ".bpf." in path
        limit = BPF_FUNCTION_LINES if bpf else FUNCTION_LINES
        faults += [f"line {first}: {name} has {size} lines; at most {limit}"
                   for name, first, size in functions(text) if size > limit]
    return faults


def long_function(head, lines):
    return f"namespace x {{\n{head} {{\n" + "    call({1}); // }\n" * (lines - 2) + "}\n}\n"


REFUSED = [
    ("base/x.h", "\n" * 501),
    ("scripts/x", "#!/bin/bash\n" * 501),
    ("base/x.cpp", long_function("int f(int a)", 61)),
    ("base/x.cpp", long_function("X::X(int a) : a_{a}, b_(a)", 61)),
    ("base/x.cpp", long_function("X::X(int a) : b_(a), a_{a}", 61)),
    ("base/x.cpp", long_function("std::vector<int> X::f() const", 61)),
    ("base/x.cpp", long_function("struct X {\nint f()", 61) + "};\n"),
    ("bpf/x.h", long_function('SEC("tc") int f(struct __sk_buff *skb)', 81)),
]
ACCEPTED = [
    ("base/x.h", "\n" * 500),
    ("docs/x.md", "\n" * 501),
    ("base/x.cpp", long_function("int f(int a)", 60)),
    ("base/x.cpp", long_function("struct X", 200)),
    ("base/x.cpp", "constexpr int k_x[] = {\n" + "    1,\n" * 100 + "};\n"),
    ("bpf/x.h", long_function("static int f(struct __sk_buff *skb)", 80)),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, REFUSED, ACCEPTED))
