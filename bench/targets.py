# SPDX-License-Identifier: Apache-2.0
"""What BVS promises, as numbers, and whether this run kept it."""
import dataclasses

import overlay
import stats


@dataclasses.dataclass(frozen=True)
class Target:
    title: str
    limit: float
    at_least: bool  # else: at most
    unit: str
    value: object  # (results, comparison) -> number or None

    def verdict(self, value):
        if value is None:
            return "not measured"
        met = value >= self.limit if self.at_least else value <= self.limit
        return "met" if met else "NOT MET"


def against(reference, quantity):
    return lambda _, compared: stats.median(compared.ratios("bvs", reference, quantity))


def program(case, empty):
    """A program's own cost, round by round."""
    def own(programs):
        return [one - other for one, other in zip(programs[case], programs[empty])]
    return own


def known_where_empty_takes_8(results, _):
    programs = results["programs"]
    return 8 + stats.median(program("known", "empty")(programs)) if programs else None


def many_to_few(results, _):
    """A packet's cost, that of an empty program included in both."""
    programs = results["programs"]
    if not programs:
        return None
    empty = stats.median(programs["empty"])
    many, few = (empty + stats.median(program(case, "vary_empty")(programs))
                 for case in ("vary_many", "vary_few"))
    return many / few


def operation(*path):
    def value(results, _):
        found = results["operations"]
        for step in path:
            found = (found or {}).get(step)
        return stats.median(found) if isinstance(found, list) else found
    return value


def shape(tables, rules, value):
    def of(results, _):
        for seen in (results["openflow"] or {}).get("shapes", []):
            if (seen["tables"], seen["rules"]) == (tables, rules) and "bvs" in seen:
                return value(seen)
        return None
    return of


def own(costs, case, empty):
    return stats.median(program(case, empty)(costs))


def hit(seen):
    return 8 + own(seen["bvs"], "hit", "empty")


def first(seen):
    return own(seen["bvs"], "first", "empty_new") / 1e3


def faster_than_ovs(seen):
    return seen["bvs"]["new_flows"] / seen["ovs"]["new_flows"] if "ovs" in seen else None


def million_to_few(results, compared):
    few = shape(1, 100, hit)(results, compared)
    many = (results["openflow"] or {}).get("million")
    return (8 + own(many, "hit", "empty")) / few if few and many else None


def openflow(part, name):
    return lambda results, _: (results["openflow"] or {}).get(part, {}).get(name)


def lost_of_established(results, _):
    found = (results["openflow"] or {}).get("established")
    return found["beside"]["switch_drops"] + found["beside"]["netdev_drops"] if found else None


def last_port_to_few(results, _):
    found = (results["operations"] or {}).get("add_port_ms")
    return found["many_cpu"] / found["few_cpu"] if found else None


def within(part, one, other, quantity):
    """The ratio of two paths of a part that compares paths of its own."""
    def value(results, _):
        series = (results[part] or {}).get("traffic", {})
        return stats.median(stats.ratios(*(series.get(path, {}).get(quantity, []) for path in (one, other))))
    return value


def tunnel_adds(what):
    """To a packet, the dearest kind."""
    def value(results, _):
        found = [overlay.added_ns(results["overlay"], kind, "alone", what) for kind in overlay.KINDS]
        return max(stats.present(found), default=None)
    return value


def found_in(part, *path):
    def value(results, _):
        found = results[part]
        for step in path:
            found = (found or {}).get(step)
        return stats.median(found or [])
    return value


def service_adds(case):
    def value(results, _):
        found = results["services"]
        return own(found["cost"], case, "plain") if found else None
    return value


def copy_to_clone(results, _):
    """What a mirror's copy adds, against one more receiver of a flood."""
    if not results["services"]:
        return None
    costs = results["services"]["cost"]
    return own(costs, "mirrored", "plain") / own(costs, "flood_2", "flood_1")


VERBS = ("add-br", "add-port", "set", "del-port")

TARGETS = [
    Target("TCP, 1 stream, against a direct veth pair", 0.95, True, "x", against("direct", "tcp1")),
    Target("TCP, 1 stream, against the bridge", 1.00, True, "x", against("bridge", "tcp1")),
    Target("request/response, against a direct veth pair", 0.95, True, "x", against("direct", "trips")),
    Target("request/response, against the bridge", 1.00, True, "x", against("bridge", "trips")),
    Target("forwarded small packet, against the bridge", 0.80, False, "x", against("bridge", "forward")),
    Target("forwarded small packet, against a bare redirect", 1.10, False, "x",
           against("redirect", "forward")),
    Target("NORMAL to a known MAC, where an empty program takes 8 ns", 60, False, "ns",
           known_where_empty_takes_8),
    Target("1,000 ports and 10,000 MACs, against 3 and 10", 1.30, False, "x", many_to_few),
    Target("a service that is idle, above a plain packet", 2, False, "ns", service_adds("idle")),
    Target("policing, above a plain packet", 25, False, "ns", service_adds("policed")),
    Target("balance-tcp, above a plain packet", 15, False, "ns", service_adds("balanced")),
    Target("counting a packet's flow, above a plain packet", 40, False, "ns",
           service_adds("accounted")),
    Target("a mirror's copy, against one more clone", 1.1, False, "x", copy_to_clone),
    Target("bvsd idle, CPU", 0.5, False, "%", operation("idle", "cpu_percent")),
    Target("bvsd idle, memory", 40, False, "MB", operation("idle", "resident_mb")),
    Target("start to forwarding with 100 ports", 300, False, "ms", operation("start_ms")),
    *(Target(f"ovs-vsctl {verb}", 20, False, "ms", operation("verbs_ms", verb)) for verb in VERBS),
    Target("bvsd's CPU time for the last of many ports, against the first 20", 1.25, False, "x",
           last_port_to_few),
    Target("cache hit with one output, where an empty program takes 8 ns", 60, False, "ns",
           shape(1, 100, hit)),
    Target("the same with a million rules, against that", 1.5, False, "x", million_to_few),
    Target("first packet, 1 table, 100,000 rules", 0.45, False, "us", shape(1, 100_000, first)),
    Target("first packet, 5 tables, 100,000 rules", 1.05, False, "us", shape(5, 100_000, first)),
    Target("first packet, 30 tables, 100,000 rules", 15, False, "us", shape(30, 100_000, first)),
    Target("new flows, 1 table, 100 rules, against OVS", 20, True, "x", shape(1, 100, faster_than_ovs)),
    Target("new flows, 30 tables, 100,000 rules, against OVS", 20, True, "x",
           shape(30, 100_000, faster_than_ovs)),
    Target("dropped of a TCP stream while new flows arrive", 0, False, "packets", lost_of_established),
    Target("rules inserted by a bundle", 100_000, True, "/s", openflow("insertion", "bundle")),
    Target("rules inserted one by one", 30_000, True, "/s", openflow("insertion", "single")),
    Target("memory of a rule, kernel", 600, False, "B", openflow("insertion", "kernel_bytes")),
    Target("memory of a rule, bvsd", 600, False, "B", openflow("insertion", "user_bytes")),
    Target("bvsd with 50,000 rules that time out, CPU", 5, False, "%",
           openflow("timeouts", "cpu_percent")),
    Target("TCP through VXLAN, against the kernel's and a bridge", 1.20, True, "x",
           within("overlay", "bvs-vxlan", "kernel", "tcp1")),
    Target("wrapping, above the plain hit", 120, False, "ns", tunnel_adds("wrap")),
    Target("unwrapping, above the plain hit", 120, False, "ns", tunnel_adds("unwrap")),
    Target("1,000 tunnel ports by one ovs-vsctl", 2000, False, "ms",
           found_in("overlay", "thousand", "bvs_ms")),
    Target("a new VM among 80, common bridges", 50, False, "ms",
           found_in("tenants", "first_answer_ms", "common")),
    Target("a new VM among 80, bridges for each tenant", 50, False, "ms",
           found_in("tenants", "first_answer_ms", "dedicated")),
    Target("TCP with bridges for each tenant, against common ones", 0.99, True, "x",
           within("tenants", "dedicated", "common", "tcp1")),
]
