# SPDX-License-Identifier: Apache-2.0
"""The results for a terminal."""
import overlay
import paths
import services
import stats
import tenants
from comparison import Comparison
from measures import QUANTITIES
from targets import TARGETS


def table(head, rows):
    """Columns as wide as they need; the first to the left, the others to the right."""
    lines = [head, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    def laid_out(line):
        return "  ".join([line[0].ljust(widths[0]),
                          *(word.rjust(width) for word, width in zip(line[1:], widths[1:]))])
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([laid_out(head), rule, *map(laid_out, rows)])


def number(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def percent(share):
    return "" if share is None else f" ±{100 * share / 2:.0f}%"


def traffic_table(compared, quantities):
    names = list(compared.values)
    rows = []
    for key, quantity in quantities.items():
        cells = [number(compared.median(name, key), quantity.digits) + percent(compared.noise(name, key))
                 for name in names]
        rows.append([quantity.title, quantity.unit, *cells])
    return table(["median of the rounds", "", *names], rows)


def ratio_table(compared, quantities, reference, title):
    names = [name for name in compared.values if name != reference]
    rows = []
    for key, quantity in quantities.items():
        if key == "lost":
            continue
        cells = []
        for name in names:
            ratios = compared.ratios(name, reference, key)
            low, high = stats.quartiles(ratios)
            cells.append(f"{stats.median(ratios):.2f} ({low:.2f}-{high:.2f})" if ratios else "-")
        rows.append([quantity.title, "more" if quantity.more_is_better else "less", *cells])
    return table([f"against {title}", "better", *names], rows)


def series_table(title, unit, series):
    return table([f"{title}, {unit}", "median", "noise"],
                 [[name, number(stats.median(values), 1), percent(stats.noise(values)).strip()]
                  for name, values in series.items()])


def operations_tables(found):
    series = {"start to first answer, 100 ports": found.get("start_ms"),
              "killed and started again: longest gap": (found.get("adopt") or {}).get("longest_gap_ms"),
              "killed and started again: ready": (found.get("adopt") or {}).get("ready_ms")}
    series |= {f"ovs-vsctl {verb}": values for verb, values in (found.get("verbs_ms") or {}).items()}
    if ports := found.get("add_port_ms"):
        series |= {"add-port, 1st to 20th": ports["few"],
                   f"add-port, last 20 of {ports['ports']}": ports["many"],
                   "the same in a database without a switch, 20 ports": ports["few_alone"],
                   f"the same in a database without a switch, {ports['ports']} ports":
                       ports["many_alone"],
                   "of it bvsd's CPU, 20 ports": [ports["few_cpu"]],
                   f"of it bvsd's CPU, {ports['ports']} ports": [ports["many_cpu"]]}
    return series_table("operations", "ms", {name: values for name, values in series.items() if values})


def net(costs, case, empty):
    """A program's own nanoseconds, as the median of the rounds."""
    return stats.median([one - other for one, other in zip(costs[case], costs[empty])])


def shapes_table(shapes):
    rows = []
    for seen in shapes:
        bvs, ovs = (seen.get(name) or {} for name in ("bvs", "ovs"))
        rates = [one.get("new_flows") for one in (bvs, ovs)]
        arrivals = [cell for one in (bvs, ovs)
                    for cell in (number(one["new_flows"] / 1e3 if one else None, 1),
                                 number(100 * one["lost"] if one else None, 0))]
        rows.append([seen["shape"],
                     number(net(bvs, "hit", "empty") if bvs else None, 0),
                     number(net(bvs, "first", "empty_new") if bvs else None, 0), *arrivals,
                     number(rates[0] / rates[1] if all(rates) else None, 1)])
    return table(["OpenFlow tables", "hit, ns", "first packet, ns", "new flows, k/s", "lost, %",
                  "OVS, k/s", "lost, %", "x"], rows)


def controller_table(found):
    def row(title, digits, value):
        return [title, *(number(value(seen), digits) for seen in found.values())]
    def unexplained(seen):
        up = seen["in"]
        return None if up["dropped"] is None else up["made"] - up["told"] - up["dropped"]
    return table(["to and from a controller", *(paths.ALL[name][0] for name in found)], [
        row("packets out, k/s", 1, lambda seen: seen["out"]["rate"] / 1e3),
        row("of these lost, %", 1, lambda seen: 100 * (1 - seen["out"]["arrived"] / seen["out"]["sent"])),
        row("packets in, k/s", 1, lambda seen: seen["in"]["rate"] and seen["in"]["rate"] / 1e3),
        row("frames that it was not told of, %", 1,
            lambda seen: 100 * (1 - seen["in"]["told"] / seen["in"]["made"])),
        row("of these not counted as dropped, frames", 0, unexplained)])


def memory_rows(found):
    cache, trajectory = found["cache"], found["trajectory"]
    return [["an entry of the cache", f"{cache['entry_bytes']:,.0f} B"],
            [f"the cache of a CPU, {cache['entries']:,} entries", f"{cache['cpu_bytes'] / 2**20:,.1f} MB"],
            ["a trajectory's place and tallies", f"{trajectory['place_bytes']:,.0f} B"],
            ["what finds it", f"{trajectory['found_bytes']:,.0f} B"]]


def stream_cell(seen):
    return (f"{seen['gbits']:.1f} Gbit/s, {seen['retransmits']} retransmits, dropped by the switch "
            f"{seen['switch_drops']}, by netdevs {seen['netdev_drops']}")


def openflow_tables(found):
    parts = []
    if shapes := found.get("shapes"):
        parts.append(shapes_table(shapes))
    if seen := found.get("controller"):
        parts.append(controller_table(seen))
    rows = []
    if seen := found.get("insertion"):
        rows += [[f"{seen['rules']:,} rules in a bundle", f"{seen['bundle']:,.0f} rules/s"],
                 ["the same one by one", f"{seen['single']:,.0f} rules/s"],
                 ["a rule's memory, kernel", f"{seen['kernel_bytes']:,.0f} B"],
                 ["a rule's memory, bvsd", f"{seen['user_bytes']:,.0f} B"]]
    if seen := found.get("memory"):
        rows += memory_rows(seen)
    if seen := found.get("established"):
        rows += [[f"TCP while {seen['packets']:,} new flows arrive", stream_cell(seen["beside"])],
                 ["TCP alone", stream_cell(seen["alone"])]]
    if seen := found.get("million"):
        rows.append([f"hit with {seen['rules']:,} rules", f"{net(seen, 'hit', 'empty'):.0f} ns"])
    if seen := found.get("timeouts"):
        rows.append([f"bvsd with {seen['rules']:,} rules that time out",
                     f"{seen['cpu_percent']:.1f} % CPU"])
    if rows:
        parts.append(table(["OpenFlow", ""], rows))
    return parts


ADDED_BY_TUNNELS = {"wrap": "wrapping", "unwrap": "unwrapping", "unwrap_xdp": "unwrapping by XDP"}


def overlay_tables(found):
    compared = Comparison(found["traffic"])
    parts = [traffic_table(compared, overlay.QUANTITIES)] if compared.values else []
    if "kernel" in compared.values:
        parts.append(ratio_table(compared, overlay.QUANTITIES, "kernel", overlay.PATHS["kernel"].title))
    costs = {kind: found[f"cost_{kind}"] for kind in overlay.KINDS if f"cost_{kind}" in found}
    for how, title in overlay.HOW.items():
        added = {what: name for what, name in ADDED_BY_TUNNELS.items()
                 if all(what in seen[how] for seen in costs.values())}
        rows = [[kind, *(number(stats.median(seen[how][what]), 0) for what in ("plain", *added)),
                 *(number(overlay.added_ns(found, kind, how, what), 0) for what in added)]
                for kind, seen in costs.items()]
        if rows:
            parts.append(table([f"{title}, ns", "plain hit", *(f"with {name}" for name in added.values()),
                                *(f"{name} adds" for name in added.values())], rows))
    if seen := found.get("thousand"):
        parts.append(series_table(f"{seen['ports']:,} tunnel ports by one ovs-vsctl", "ms",
                                  {"with bvsd": seen["bvs_ms"],
                                   "in a database without a switch": seen["bare_ms"]}))
    if seen := found.get("crowd"):
        parts.append(crowd_table(seen))
    return parts


def crowd_table(seen):
    def cell(what):
        return number(stats.median(seen["then"][what]), 0)
    return table([f"{seen['addresses']:,} addresses behind {seen['tunnels']:,} tunnels", "always one, ns", "any, ns"],
                 [["a packet from it", cell("unwrap_one"), cell("unwrap_any")],
                  ["a packet to it", cell("wrap_one"), cell("wrap_any")],
                  ["the first packet from it", "", number(seen["learn"], 0)],
                  ["addresses that were learned", "", f"{seen['learned']:,}"]])


def tenants_tables(found):
    parts = [series_table("a new VM, from its plugging to its first answer", "ms",
                          {tenants.ARRANGEMENTS[name]: values
                           for name, values in found["first_answer_ms"].items()})]
    compared = Comparison(found["traffic"])
    if compared.values:
        parts.append(traffic_table(compared, tenants.QUANTITIES))
    if "common" in compared.values:
        parts.append(ratio_table(compared, tenants.QUANTITIES, "common", tenants.ARRANGEMENTS["common"]))
    return parts


SERVICES = {"idle": "configured, but at other ports", "policed": "policed",
            "policed_closely": "policed, with a bucket of less than 20 ms", "balanced": "to a balance-tcp bond",
            "mirrored": "with a mirror's copy",
            "accounted": "counted under its flow, for collectors"}


def services_table(found):
    """What each adds to the plain packet, and beside it a clone by a flood."""
    rows = [["a plain packet", number(stats.median(found["plain"]), 1), ""]]
    rows += [[title, number(stats.median(found[case]), 1), number(net(found, case, "plain"), 1)]
             for case, title in SERVICES.items()]
    rows.append(["flooded to two ports, not one", number(stats.median(found["flood_2"]), 1),
                 number(net(found, "flood_2", "flood_1"), 1)])
    return table(["services", "ns a packet", "adds"], rows)


def services_tables(found):
    parts = [services_table(found["cost"])]
    if seen := found["mirror"]:
        compared = Comparison(seen["traffic"])
        parts += [traffic_table(compared, services.QUANTITIES),
                  ratio_table(compared, services.QUANTITIES, "plain", "the same switch without a mirror"),
                  table(["of the packets of these streams", ""],
                        [["copied to the mirror", number(seen["copied_percent"], 3) + " %"]])]
    return parts


def target_table(results, compared):
    rows = []
    for target in TARGETS:
        value = target.value(results, compared)
        bound = "at least" if target.at_least else "at most"
        rows.append([target.title, f"{bound} {target.limit:g} {target.unit}",
                     "-" if value is None else f"{value:.2f} {target.unit}", target.verdict(value)])
    return table(["to reach", "limit", "measured", "verdict"], rows)


def text(results):
    host = results["machine"]
    compared = Comparison(results["traffic"] or {})
    parts = [f"{host['cpu']}, {host['cpus']} CPUs, Linux {host['kernel']}, load {host['load']} at the "
             f"start; {results['rounds']} rounds; ± is half the interquartile range"]
    if compared.values:
        parts.append(traffic_table(compared, QUANTITIES))
        parts += [ratio_table(compared, QUANTITIES, reference, paths.ALL[reference][0])
                  for reference in ("direct", "bridge") if reference in compared.values]
    if results["programs"]:
        parts.append(series_table("programs by BPF_PROG_TEST_RUN", "ns a packet", results["programs"]))
    if results["services"]:
        parts += services_tables(results["services"])
    if results["operations"]:
        parts.append(operations_tables(results["operations"]))
    if results["openflow"]:
        parts += openflow_tables(results["openflow"])
    if results["overlay"]:
        parts += overlay_tables(results["overlay"])
    if results["tenants"]:
        parts += tenants_tables(results["tenants"])
    parts.append(target_table(results, compared))
    return "\n\n".join(parts)
