# SPDX-License-Identifier: Apache-2.0
"""Tunnels: two containers on two hosts with a veth pair between the hosts, of the kernel, of Open vSwitch's
userspace datapath and of BVS; what a tunnel adds to a packet; a thousand tunnel ports, and a hundred
thousand addresses behind them."""
import contextlib
import dataclasses
import ipaddress
import json
import pathlib
import re
import shutil
import statistics
import time

import comparison
import measures
import shell
from daemons import Bvsd, Database, OpenVSwitch
from lab import Pair

KEY = 7
KINDS = ("vxlan", "gre", "geneve")
UNDERLAY = ("172.31.0.1", "172.31.0.2")
UNDERLAY_MTU = 1600  # containers keep 1500 with any header around
THIRD = "10.99.0.3"
PORTS = 1000
FIRST_REMOTE = ipaddress.ip_address("172.31.1.0")
ADDRESSES = 100_000
GUEST = "02:00:00:ff:ff:ff"
STATISTICS = pathlib.Path("/proc/sys/kernel/bpf_stats_enabled")
HOW = {"alone": "programs, one packet at a time", "flowing": "programs while traffic flows"}
MEASURED = ("tcp1", "trips", "p50", "p99")
QUANTITIES = {name: measures.QUANTITIES[name] for name in MEASURED}


class Hosts(Pair):
    """A container on each of two hosts, which have a veth pair between them, u0."""

    def __init__(self, lab, name):
        super().__init__(lab, name)
        self.hosts = (self.host, lab.namespace(f"{name}-host2"))
        lab.ip(self.hosts[0], f"link add u0 mtu {UNDERLAY_MTU} type veth peer name u0 mtu {UNDERLAY_MTU} "
                              f"netns {self.hosts[1]}")
        for host, container, port in zip(self.hosts, (self.a, self.b), ("pa", "pb")):
            lab.ip(host, "link set u0 up", f"link add {port} type veth peer name eth0 netns {container}",
                   f"link set {port} up")
            lab.ip(container, "link set eth0 up")
        self.give_addresses()
        self.daemons = []

    def give_underlay(self, netdev):
        for host, address in zip(self.hosts, UNDERLAY):
            self.lab.ip(host, f"address add {address}/24 dev {netdev}", f"link set {netdev} up")

    def ends(self):
        """A host, its container's port, the other host's address."""
        return zip(self.hosts, ("pa", "pb"), reversed(UNDERLAY))

    def tunnel(self, kind, remote):
        return ("--", "add-port", "br0", "t0", "--", "set", "interface", "t0", f"type={kind}",
                f"options:remote_ip={remote}", f"options:key={KEY}")


def kernel(lab, name, _kind, _binaries):
    pair = Hosts(lab, name)
    pair.give_underlay("u0")
    for (host, port, remote), local in zip(pair.ends(), UNDERLAY):
        lab.ip(host, "link add br0 type bridge stp_state 0 mcast_snooping 0", "link set br0 up",
               f"link add t0 type vxlan id {KEY} local {local} remote {remote} dstport 4789 dev u0",
               *(f"link set {one} master br0" for one in (port, "t0")), "link set t0 up")
    return pair


def started(pair, daemon):
    pair.daemons.append(daemon)
    daemon.start()
    daemon.wait_until_ready()
    return daemon


def ovs(lab, name, kind, _binaries):
    """Without offloads: those of its userspace datapath do not go together with tunnels, and without them
    containers have to finish their checksums."""
    if not shutil.which("ovs-vswitchd"):
        raise shell.Failed("ovs-vswitchd is not installed (package openvswitch-switch)")
    pair = Hosts(lab, name)
    for number, (host, port, remote) in enumerate(pair.ends()):
        daemon = started(pair, OpenVSwitch(lab, f"{name}{number}", host, offload=False))
        daemon.vsctl("add-br", "phy", "--", "set", "bridge", "phy", "datapath_type=netdev", "--",
                     "add-port", "phy", "u0", "--", "add-br", "br0", "--", "set", "bridge", "br0",
                     "datapath_type=netdev", "--", "add-port", "br0", port, *pair.tunnel(kind, remote))
    pair.give_underlay("phy")
    for container in (pair.a, pair.b):
        shell.run(*shell.inside(container), "ethtool", "-K", "eth0", "tx", "off")
    return pair


def bvs(lab, name, kind, binaries):
    pair = Hosts(lab, name)
    pair.give_underlay("u0")
    for number, (host, port, remote) in enumerate(pair.ends()):
        daemon = started(pair, Bvsd(lab, f"{name}{number}", host, binaries / "bvsd"))
        daemon.vsctl("add-br", "br0", "--", "add-port", "br0", port, *pair.tunnel(kind, remote))
    return pair


@dataclasses.dataclass(frozen=True)
class Path:
    title: str
    kind: str
    make: object  # (lab, name, kind, binaries) -> Hosts


PATHS = {
    "kernel": Path("kernel's vxlan and Linux bridge", "vxlan", kernel),
    **{f"ovs-{kind}": Path(f"OVS userspace, {kind}", kind, ovs) for kind in KINDS},
    **{f"bvs-{kind}": Path(f"BVS, {kind}", kind, bvs) for kind in KINDS},
}


def build(lab, binaries, say):
    pairs = {}
    for name, path in PATHS.items():
        try:
            pair = path.make(lab, name, path.kind, binaries)
            pair.wait_until_connected()
            pairs[name] = pair
        except shell.Failed as why:
            say(f"left out: {path.title}: {why}")
    return pairs


def measure(lab, binaries, quick, rounds, say):
    """A part that fails is left out, with the reason said."""
    pairs = build(lab, binaries, say)
    seconds = 0.3 if quick else 1
    plan = {"tcp1": lambda pair: measures.tcp(pair, 1, 1),
            "trips": lambda pair: measures.trips(pair, seconds)}
    compared = comparison.compare(pairs, plan, QUANTITIES, rounds, say)
    found = {"traffic": compared.values}
    parts = [(f"cost_{kind}", lambda kind=kind: cost(lab, pairs[f"bvs-{kind}"], rounds, seconds))
             for kind in KINDS if f"bvs-{kind}" in pairs]
    parts.append(("thousand", lambda: thousand(lab, binaries, 1 if quick else 5)))
    parts.append(("crowd", lambda: crowd(lab, binaries, rounds)))
    for name, part in parts:
        try:
            say(f"overlay: {name}")
            found[name] = part()
        except (shell.Failed, OSError) as why:
            say(f"{name}: {why}")
    return found


# ---- what a tunnel adds to a packet ---------------------------------------------------------------


@contextlib.contextmanager
def program_statistics():
    before = STATISTICS.read_text()
    STATISTICS.write_text("1")
    try:
        yield
    finally:
        STATISTICS.write_text(before)


def program_at(netns, netdev):
    filters = json.loads(shell.run("tc", "-n", netns, "-json", "filter", "show", "dev", netdev, "ingress"))
    return next(one["options"]["prog"]["id"] for one in filters if "prog" in one.get("options", {}))


def mean_ns(program, send):
    """Of the program's runs during a call."""
    def read():
        seen = shell.run_json("bpftool", "--json", "prog", "show", "id", program)
        return seen.get("run_time_ns", 0), seen.get("run_cnt", 0)
    time_before, runs_before = read()
    send()
    time_after, runs_after = read()
    if runs_after == runs_before:
        raise shell.Failed(f"program {program} did not run")
    return (time_after - time_before) / (runs_after - runs_before)


def cost(lab, pair, rounds, seconds):
    """Of the programs, for small packets: to a container on the same host, and to one behind the tunnel,
    there where it is wrapped and where it is unwrapped. By themselves, and while such traffic flows: then
    with what their data costs that is not in the CPU's caches. The cost of measuring is in all."""
    neighbour = third(lab, pair)
    switch, underlay = program_at(pair.hosts[0], "pa"), program_at(pair.hosts[1], "u0")
    alone = lab.measure(
        "tunnel-cost", "--netns", pair.hosts[0], "--port", "pa", "--program", switch,
        "--from", mac(pair.a, "eth0"), "--here", mac(neighbour, "eth0"), "--there", mac(pair.b, "eth0"),
        "--peer-netns", pair.hosts[1], "--underlay", "u0", "--underlay-mac", mac(pair.hosts[1], "u0"),
        "--underlay-program", underlay, "--rounds", rounds)
    def send(to, address):
        return lambda: lab.measure("small-packets", "--from", pair.a, "--to", to, "--address", address,
                                   "--seconds", seconds)
    here, there = send(neighbour, THIRD), send(pair.b, pair.target)
    flowing = {"plain": [], "wrap": [], "unwrap": [], "unwrap_xdp": []}
    with program_statistics():
        for _ in range(rounds):
            flowing["plain"].append(mean_ns(switch, here))
            flowing["wrap"].append(mean_ns(switch, there))
            flowing["unwrap"].append(mean_ns(underlay, there))
            gather = aggregate(pair, True)
            flowing["unwrap_xdp"].append(mean_ns(gather, there) + mean_ns(underlay, there))
            aggregate(pair, False)
    return {"alone": alone, "flowing": flowing}


def aggregate(pair, wanted):
    """Has XDP take packets out of tunnels at the second host, or tc alone; the XDP program."""
    def xdp():
        link = json.loads(shell.run("ip", "-n", pair.hosts[1], "-d", "-json", "link", "show", "u0"))[0]
        return link.get("xdp", {}).get("prog", {}).get("id", 0)
    pair.daemons[1].vsctl("set", "Open_vSwitch", ".",
                          f"other_config:tunnel-aggregation={'on' if wanted else 'off'}")
    shell.wait_for(lambda: bool(xdp()) == wanted, "XDP did not follow tunnel-aggregation")
    return xdp()


def mac(netns, netdev):
    return json.loads(shell.run("ip", "-n", netns, "-json", "link", "show", netdev))[0]["address"]


def third(lab, pair):
    """A second container on the first host, which answers."""
    netns = lab.namespace(f"{pair.daemons[0].name}-c")
    lab.ip(pair.host, f"link add pc type veth peer name eth0 netns {netns}", "link set pc up")
    lab.ip(netns, "link set eth0 up", f"address add {THIRD}/24 dev eth0")
    pair.daemons[0].vsctl("add-port", "br0", "pc")
    def answers():
        return lab.measure("answers", "--from", pair.a, "--address", THIRD, "--first",
                           "--seconds", 1)["answered"] > 0
    shell.wait_for(answers, "no answer on the same host")
    return netns


# ---- a thousand tunnel ports ----------------------------------------------------------------------


def host_of_thousand(lab, binaries, name):
    netns = lab.namespace(name)
    lab.ip(netns, "link add u0 type veth peer name u1", "link set u1 up", "link set u0 up",
           f"address add {UNDERLAY[0]}/16 dev u0")
    switch = Bvsd(lab, name, netns, binaries / "bvsd")
    switch.start()
    switch.wait_until_ready()
    return netns, switch


def add_thousand():
    """For ovs-vsctl. Each has a key and a remote address of its own."""
    words = ["add-br", "br0"]
    for number in range(PORTS):
        words += ["--", "add-port", "br0", f"t{number}", "--", "set", "interface", f"t{number}",
                  "type=vxlan", f"options:remote_ip={FIRST_REMOTE + number}", f"options:key={number}"]
    return words


def thousand(lab, binaries, times):
    """One ovs-vsctl that adds them all, with bvsd behind the database and with nobody."""
    netns, switch = host_of_thousand(lab, binaries, "thousand")
    bare = Database(lab, "thousand-bare", netns)
    bare.start()
    bare.vsctl("init")
    found = {"ports": PORTS, "bvs_ms": [], "bare_ms": []}
    for _ in range(times):
        for database, series in ((switch, found["bvs_ms"]), (bare, found["bare_ms"])):
            begin = time.monotonic()
            database.vsctl(*add_thousand())
            series.append(1e3 * (time.monotonic() - begin))
            database.vsctl("del-br", "br0")
    return found


def crowd(lab, binaries, rounds):
    """Addresses behind a thousand tunnels: learning them, and packets from and to any of them."""
    netns, switch = host_of_thousand(lab, binaries, "crowd")
    lab.ip(netns, "link add pa type veth peer name pb", "link set pa up", "link set pb up")
    switch.vsctl(*add_thousand(), "--", "set", "bridge", "br0",
                 f"other_config:mac-table-size={2 * ADDRESSES}", "--", "add-port", "br0", "pa")
    shell.run("ovs-appctl", "-t", switch.control, "fdb/add", "br0", "pa", 0, GUEST)
    seen = lab.measure(
        "tunnel-crowd", "--netns", netns, "--port", "pa", "--guest", GUEST, "--program",
        program_at(netns, "pa"), "--underlay", "u0", "--underlay-mac", mac(netns, "u0"),
        "--underlay-program", program_at(netns, "u0"), "--local", UNDERLAY[0], "--remote", FIRST_REMOTE,
        "--tunnels", PORTS, "--addresses", ADDRESSES, "--rounds", rounds)
    counts = shell.run("ovs-appctl", "-t", switch.control, "fdb/stats-show", "br0")
    learned = re.search(r"learned MAC entries *: (\d+)", counts)[1]
    return {"tunnels": PORTS, "addresses": ADDRESSES, "learned": int(learned), **seen}


def added_ns(found, kind, how, what):
    """Above the plain hit, the median of the rounds."""
    costs = (found or {}).get(f"cost_{kind}", {}).get(how)
    return statistics.median(one - plain for one, plain in zip(costs[what], costs["plain"])) if costs else None
