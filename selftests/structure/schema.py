#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our Open_vSwitch schema means the same as the published one, so that no client's transaction is refused.

Compares by meaning (defaults filled in, enumerations as sets), not by text, with a schema that the
distribution installed, and lets ovsdb-tool create a database from ours.
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

OURS = pathlib.Path(__file__).parents[2] / "packaging" / "vswitch.ovsschema"
STOCK = pathlib.Path("/usr/share/openvswitch/vswitch.ovsschema")


def base_type(base):
    """One atom's type: "string" and {"type": "string"} are the same; an enumeration is a set."""
    base = {"type": base} if isinstance(base, str) else dict(base)
    if "enum" in base:
        values = base["enum"]
        base["enum"] = sorted(values[1]) if isinstance(values, list) else [values]
    if "refTable" in base:
        base.setdefault("refType", "strong")
    return base


def column(spec):
    kind = spec["type"]
    if not isinstance(kind, dict) or "key" not in kind:
        kind = {"key": kind}
    return {
        "key": base_type(kind["key"]),
        "value": base_type(kind["value"]) if "value" in kind else None,
        "min": kind.get("min", 1),
        "max": kind.get("max", 1),
        "ephemeral": spec.get("ephemeral", False),
        "mutable": spec.get("mutable", True),
    }


def facts(schema):
    """The schema as a flat map from a place in it to what stands there."""
    found = {"version": schema["version"], "name": schema["name"]}
    for name, table in schema["tables"].items():
        found[f"table {name}"] = {
            "isRoot": table.get("isRoot", False),
            "maxRows": table.get("maxRows"),
            "indexes": sorted(sorted(index) for index in table.get("indexes", [])),
        }
        for label, spec in table["columns"].items():
            found[f"column {name}.{label}"] = column(spec)
    return found


def differences(ours, stock):
    ours, stock = facts(ours), facts(stock)
    return [
        f"{place}: ours {ours.get(place)}, published {stock.get(place)}"
        for place in sorted(ours.keys() | stock.keys())
        if ours.get(place) != stock.get(place)
    ]


def creates_database(path):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(["ovsdb-tool", "create", f"{folder}/conf.db", str(path)],
                              capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{path}: ovsdb-tool refuses it: {done.stderr.strip()}")
    return done.returncode == 0


def self_test():
    """Each kind of difference is seen."""
    good = json.loads(OURS.read_text())
    breakages = {
        "a lost column": lambda t: t["Bridge"]["columns"].pop("fail_mode"),
        "a lost table": lambda t: t.pop("sFlow"),
        "another range": lambda t: t["Port"]["columns"]["tag"]["type"]["key"].update(maxInteger=4094),
        "a lost enumerator": lambda t: t["Port"]["columns"]["lacp"]["type"]["key"]["enum"][1].pop(),
        "a lost ephemeral": lambda t: t["Bridge"]["columns"]["status"].pop("ephemeral"),
        "a lost index": lambda t: t["Port"].pop("indexes"),
        "a weak reference made strong":
            lambda t: t["Mirror"]["columns"]["output_port"]["type"]["key"].pop("refType"),
    }
    unseen = []
    for what, damage in breakages.items():
        bad = copy.deepcopy(good)
        damage(bad["tables"])
        if len(differences(bad, good)) == 0:
            unseen.append(what)
    for what in unseen:
        print(f"self-test: {what} went unseen")
    return not unseen and not differences(good, copy.deepcopy(good))


def main():
    if "--self-test" in sys.argv:
        return 0 if self_test() else 1
    ours = json.loads(OURS.read_text())
    columns = sum(len(table["columns"]) for table in ours["tables"].values())
    print(f"{OURS.name}: {len(ours['tables'])} tables, {columns} columns")
    good = creates_database(OURS)
    stock = json.loads(STOCK.read_text()) if STOCK.exists() else None
    if stock is None or stock["version"] != ours["version"]:
        seen = "is not installed" if stock is None else f"has version {stock['version']}"
        print(f"notice: {STOCK} {seen}; not compared with {ours['version']}")
        return 0 if good else 1
    for line in (found := differences(ours, stock)):
        print(line)
    return 0 if good and not found else 1


if __name__ == "__main__":
    sys.exit(main())
