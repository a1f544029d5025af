# SPDX-License-Identifier: Apache-2.0
"""Flow tables of a given size, in the syntax of ovs-ofctl.

Every packet walks all tables. In each it matches the last rule only, so that no mask can be skipped
for its priority: what a classifier does not like."""
import dataclasses
import random


@dataclasses.dataclass(frozen=True)
class Shape:
    tables: int
    masks: int  # in all tables
    rules: int

    def __str__(self):
        return f"{self.tables} tables, {self.masks} masks, {self.rules:,} rules"


# No packet of ours comes from the upper half of all addresses.
LONGEST, SHORTEST = 32, 20  # prefixes, each a mask


# What a rule reads tells flows apart, also where Open vSwitch sees that no other rule could match.
COPY_SOURCE = "move:NXM_OF_IP_SRC[]->NXM_NX_REG0[],"


def dotted(address):
    return ".".join(str(address >> shift & 255) for shift in (24, 16, 8, 0))


@dataclasses.dataclass(frozen=True)
class Rule:
    """One that drops packets from a prefix."""
    table: int
    priority: int
    address: int
    prefix: int


def others(shape):
    """The rules that match no packet of ours."""
    bits = random.Random(shape.rules)
    for number in range(shape.rules):
        table = number % shape.tables
        here = len(range(table, shape.masks, shape.tables))  # masks in this table
        assert here <= LONGEST - SHORTEST + 1
        index = number // shape.tables % here
        address = 0x80000000 | bits.getrandbits(31) >> index << index
        yield Rule(table, 10 + index, address, LONGEST - index)


def flows(shape, routes, more=""):
    """Lines of flows. `routes` are pairs of a port and the port that all from there is sent to."""
    yield "table=0,priority=0,arp,actions=NORMAL"
    for table in range(shape.tables):
        first = COPY_SOURCE if table == 0 else ""
        if table + 1 < shape.tables:
            yield f"table={table},priority=1,ip,actions={first}resubmit(,{table + 1})"
            continue
        for come, go in routes:
            yield f"table={table},priority=1,ip,in_port={come},actions={first}output:{go}"
    for rule in others(shape):
        source = f"{dotted(rule.address)}/{rule.prefix}"
        yield f"table={rule.table},{more}priority={rule.priority},ip,nw_src={source},actions=drop"
