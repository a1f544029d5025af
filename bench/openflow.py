# SPDX-License-Identifier: Apache-2.0
"""OpenFlow: tables of several sizes in BVS and, beside it, in Open vSwitch's userspace datapath."""
import concurrent.futures
import json
import time

import controller
import memory
import paths
import pipelines
import shell
from daemons import Bvsd
from lab import Pair
from measures import IPERF_PORT, RECEIVER, tcp
from pipelines import Shape

SHAPES = [Shape(tables, masks, rules) for tables, masks in ((1, 4), (5, 20), (30, 200))
          for rules in (100, 10_000, 100_000)]
MILLION = Shape(5, 20, 1_000_000)
TIMED = Shape(5, 20, 50_000)
PART = 100_000  # rules that one ovs-ofctl is given
SETTLE = 3  # seconds until bvsd has given back what the change needed


class Tables:
    """The flow tables of br0 of a switch between a pair of containers."""

    def __init__(self, pair):
        self.pair = pair
        self.lab = pair.lab
        self.daemon = pair.daemon
        self.target = f"unix:{self.daemon.rundir}/br0.mgmt"
        number = {port: int(self.daemon.vsctl("get", "Interface", port, "ofport"))
                  for port in pair.PORTS}
        self.routes = [(number[come], number[go])
                       for come, go in (("pa", "pb"), ("pb", "pa"), ("gen", "sink"))]

    def ofctl(self, *words, timeout=120):
        return shell.run("ovs-ofctl", "-O", "OpenFlow14", *words, timeout=timeout)

    def clear(self):
        self.ofctl("del-flows", self.target)

    def fill(self, shape, *options, more=""):
        """Seconds that ovs-ofctl took."""
        lines = list(pipelines.flows(shape, self.routes, more))
        seconds = 0
        for first in range(0, len(lines), PART):
            file = self.lab.work / "flows"
            file.write_text("\n".join(lines[first:first + PART]) + "\n")
            begin = time.monotonic()
            self.ofctl(*options, "add-flows", self.target, file)
            seconds += time.monotonic() - begin
        return seconds

    def new_flows(self, packets, bursts):
        """Each frame the first of its flow: how many a second arrive, and the share that does not."""
        netns, port = self.pair.entry
        seen = self.lab.measure("forward", "--new-flows", "--port-netns", netns, "--port", port,
                                "--sink-netns", self.pair.b, "--sink", "eth1", "--pin-dir",
                                self.lab.pins, "--packets", packets, "--bursts", bursts)
        return {"new_flows": 1e9 / seen["ns_per_packet"], "lost": seen["lost"]}

    def dropped(self, reason=None, ports=Pair.PORTS):
        """By BVS, which says why and where. None: another switch does not."""
        if not isinstance(self.daemon, Bvsd):
            return None
        return sum(one["count"] for one in
                   shell.run_json("ovs-appctl", "-t", self.daemon.control, "bvs/drops")
                   if one["port"] in ports and reason in (None, one["reason"]))

    def cost(self, rounds, packets=500_000):
        """Nanoseconds of the program by itself."""
        netns, port = self.pair.entry
        filters = json.loads(shell.run("tc", "-n", netns, "-json", "filter", "show", "dev", port,
                                       "ingress"))
        program = next(one["options"]["prog"]["id"] for one in filters if "prog" in
                       one.get("options", {}))
        return self.lab.measure("pipeline-cost", "--netns", netns, "--port", port, "--program",
                                program, "--rounds", rounds, "--packets", packets, timeout=300)


def measure(lab, binaries, quick, say):
    """A part that fails is left out, with the reason said."""
    found = {}
    pairs = paths.build(lab, ["bvs", "ovs"], binaries, say)
    tables = {name: Tables(pair) for name, pair in pairs.items()}
    parts = [("shapes", lambda: [shape_by_shape(tables, shape, quick, say)
                                 for shape in (SHAPES[::3] if quick else SHAPES)]),
             ("controller", lambda: controller.measure(tables, quick))]
    if "bvs" in tables:
        bvs = tables["bvs"]
        # First of all, as memory that rules have had once stays the daemon's.
        parts = [("insertion", lambda: insertion(bvs, 20_000 if quick else PART)), *parts,
                 ("memory", lambda: {"cache": memory.cache(), "trajectory": memory.trajectory(bvs)}),
                 ("established", lambda: established(bvs, 50_000 if quick else 1_000_000)),
                 ("timeouts", lambda: timeouts(bvs, 2 if quick else 10)),
                 ("million", lambda: million(bvs, Shape(5, 20, 100_000) if quick else MILLION))]
    for name, part in parts:
        try:
            found[name] = part()
        except (shell.Failed, OSError) as why:
            say(f"{name}: {why}")
    return found


def shape_by_shape(tables, shape, quick, say):
    """The same rules in every switch, one after the other."""
    say(f"openflow: {shape}")
    seen = {"shape": str(shape), "tables": shape.tables, "rules": shape.rules}
    for name, one in tables.items():
        one.clear()
        one.fill(shape, "--bundle")
        seen[name] = one.new_flows(2_000 if quick else 20_000, 5)
        if name == "bvs":
            seen[name] |= one.cost(3 if quick else 9)
        one.clear()
    return seen


def insertion(tables, rules):
    """By bundle, and one by one; and what each rule takes of memory."""
    shape = Shape(5, 20, rules)
    tables.clear()
    user, kernel = tables.daemon.resident_megabytes("RssAnon"), memory.kernel_bytes()
    found = {"rules": rules, "bundle": rules / tables.fill(shape, "--bundle")}
    time.sleep(SETTLE)
    found["user_bytes"] = (tables.daemon.resident_megabytes("RssAnon") - user) * 2**20 / rules
    found["kernel_bytes"] = (memory.kernel_bytes() - kernel) / rules
    tables.clear()
    found["single"] = controller.flows(tables, shape)
    tables.clear()
    return found


def established(tables, packets):
    """A TCP stream while new flows arrive as fast as possible, and without them."""
    tables.clear()
    tables.fill(Shape(5, 20, 10_000), "--bundle")
    tcp(tables.pair, 1, 1)  # the server runs
    alone = stream(tables)
    with concurrent.futures.ThreadPoolExecutor() as beside:
        streaming = beside.submit(stream, tables)
        rate = tables.new_flows(packets // 10, 9)["new_flows"]
        return {"alone": alone, "beside": streaming.result(), "new_flows": rate, "packets": packets}


def stream(tables):
    """What TCP says, and what the switch and the netdevs on its way say they have dropped of it."""
    pair = tables.pair
    before = tables.dropped(ports=("pa", "pb")), netdev_drops(pair)
    report = shell.run_json(*shell.inside(pair.a), "taskset", "-c", RECEIVER, "iperf3", "-c", pair.target,
                            "-p", IPERF_PORT, "-t", 4, "-J", timeout=30)
    sent = report["end"]["sum_sent"]
    return {"gbits": sent["bits_per_second"] / 1e9, "retransmits": sent["retransmits"],
            "switch_drops": tables.dropped(ports=("pa", "pb")) - before[0],
            "netdev_drops": netdev_drops(pair) - before[1]}


def netdev_drops(pair):
    drops = 0
    for netns, netdev in ((pair.a, "eth0"), (pair.host, "pa"), (pair.host, "pb"), (pair.b, "eth0")):
        [link] = shell.run_json("ip", "-n", netns, "-json", "-s", "link", "show", netdev)
        drops += link["stats64"]["rx"]["dropped"] + link["stats64"]["tx"]["dropped"]
    return drops


def timeouts(tables, seconds):
    """bvsd's CPU while rules with timeouts lie there."""
    tables.clear()
    tables.fill(TIMED, "--bundle", more="idle_timeout=600,")
    time.sleep(1)
    before, begin = tables.daemon.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    share = (tables.daemon.cpu_seconds() - before) / (time.monotonic() - begin)
    tables.clear()
    return {"rules": TIMED.rules, "cpu_percent": 100 * share}


def million(tables, shape):
    """What a hit costs when there are as many rules as there may be."""
    tables.clear()
    tables.fill(shape, "--bundle")
    seen = tables.cost(9)
    tables.clear()
    return {"rules": shape.rules, **seen}
