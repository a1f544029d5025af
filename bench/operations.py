# SPDX-License-Identifier: Apache-2.0
"""What bvsd itself takes: to start, to sit idle, to carry out a command."""
import json
import subprocess
import time

import shell
from daemons import Bvsd, Database
from lab import Pair

PORTS = 100
MANY = 2000  # ports, of which the last ones are timed
SAMPLES = 20
SETTLE = 2  # seconds in which the kernel takes a hundred programs off their netdevs


def measure(lab, binaries, quick, say):
    """Lists of values; a part that fails is left out, with the reason said."""
    found = {}
    try:
        house = House(lab, binaries / "bvsd")
        parts = [("start_ms", lambda: starts(house, 3 if quick else 9)),
                 ("idle", lambda: idle(house, 3 if quick else 20)),
                 ("adopt", lambda: adoptions(house, 3 if quick else 9)),
                 ("verbs_ms", lambda: verbs(house)),
                 ("add_port_ms", lambda: ports_by_number(lab, binaries / "bvsd",
                                                         200 if quick else MANY))]
    except shell.Failed as why:
        say(f"operations: {why}")
        return found
    for name, part in parts:
        try:
            found[name] = part()
        except shell.Failed as why:
            say(f"{name}: {why}")
    return found


class House:
    """A bvsd whose database knows a bridge with 100 ports, two of them with containers."""

    def __init__(self, lab, binary):
        self.pair = Pair(lab, "house")
        self.pair.plug()
        self.lab = lab
        for netns, other in ((self.pair.a, self.pair.b), (self.pair.b, self.pair.a)):
            self.introduce(netns, other)
        names = [f"p{i}" for i in range(PORTS - len(Pair.PORTS))]
        make_netdevs(lab, self.pair.host, names)
        self.daemon = Bvsd(lab, "house", self.pair.host, binary)
        self.daemon.start()
        self.daemon.wait_until_ready()
        self.daemon.vsctl("add-br", "br0")
        self.daemon.vsctl(*add_ports("br0", [*Pair.PORTS, *names]))
        self.pair.wait_until_connected()

    def introduce(self, netns, other):
        """Neighbours that know each other: the kernel asks for an address once a second only."""
        [link] = json.loads(shell.run("ip", "-n", other, "-json", "link", "show", "eth0"))
        address = Pair.ADDRESS["b" if other == self.pair.b else "a"]
        self.lab.ip(netns, f"neighbour replace {address} lladdr {link['address']} dev eth0")

    def ask(self, *options):
        """An echo request every millisecond from now on."""
        asking = subprocess.Popen([self.lab.tool, "answers", "--from", self.pair.a, "--address",
                                   self.pair.target, *options], stdout=subprocess.PIPE, text=True)
        time.sleep(0.1)
        return asking


def make_netdevs(lab, netns, names):
    """Veths that are down: ports without traffic. Both ends serve, so there are half as many pairs."""
    lab.ip(netns, *(f"link add {one} type veth peer name {other}"
                    for one, other in zip(names[::2], names[1::2])))


def add_ports(bridge, names):
    words = [word for name in names for word in ("--", "add-port", bridge, name)]
    return words[1:]


def starts(house, times):
    """From the start of the process, with nothing in the kernel, to the first answer through it."""
    found = []
    for _ in range(times):
        house.daemon.wait_until_ready()
        house.daemon.exit_and_clean_up()
        time.sleep(SETTLE)
        asking = house.ask("--first", "--seconds", "10")
        begin = time.monotonic()
        house.daemon.start()
        answered = json.loads(asking.communicate(timeout=20)[0])
        if answered["first"] is None:
            raise shell.Failed("no answer within 10 s of the start")
        found.append(1e3 * (answered["first"] - begin))
    house.daemon.wait_until_ready()
    return found


def idle(house, seconds):
    time.sleep(1)
    before, begin = house.daemon.cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    share = (house.daemon.cpu_seconds() - before) / (time.monotonic() - begin)
    return {"cpu_percent": 100 * share, "resident_mb": house.daemon.resident_megabytes()}


def adoptions(house, times):
    """kill -9 and a new start: the longest time without an answer, and until commands are taken."""
    gaps, ready = [], []
    for _ in range(times):
        asking = house.ask("--seconds", "2")
        house.daemon.kill()
        begin = time.monotonic()
        house.daemon.start()
        house.daemon.wait_until_ready()
        ready.append(1e3 * (time.monotonic() - begin))
        gaps.append(json.loads(asking.communicate(timeout=20)[0])["longest_gap_ms"])
    return {"longest_gap_ms": gaps, "ready_ms": ready}


def timed(daemon, *words):
    begin = time.monotonic()
    daemon.vsctl(*words)
    return 1e3 * (time.monotonic() - begin)


def verbs(house):
    """ovs-vsctl as people call it: the process, the database and bvsd's own work until it obeys."""
    found = {"add-br": [], "add-port": [], "set": [], "del-port": [], "no-op, --no-wait": []}
    make_netdevs(house.lab, house.pair.host, ["spare0", "spare1"])
    for i in range(SAMPLES):
        found["add-br"].append(timed(house.daemon, "add-br", f"br{i + 1}"))
        found["add-port"].append(timed(house.daemon, "add-port", f"br{i + 1}", "spare0"))
        found["set"].append(timed(house.daemon, "set", "port", "spare0", f"tag={i + 1}"))
        found["del-port"].append(timed(house.daemon, "del-port", "spare0"))
        found["no-op, --no-wait"].append(timed(house.daemon, "--no-wait", "br-exists", "br0"))
    return found


def ports_by_number(lab, binary, many):
    """Adding ports around the 20th, and up to the last of many: wall time, bvsd's CPU time, and the
    wall time with nobody behind the database."""
    netns = lab.namespace("many")
    names = [f"p{i}" for i in range(many)]
    make_netdevs(lab, netns, names)
    daemon = Bvsd(lab, "many", netns, binary)
    daemon.start()
    daemon.wait_until_ready()
    alone = Database(lab, "alone", netns)
    alone.start()
    alone.vsctl("init")
    found = {"ports": many}
    for database in (daemon, alone):
        database.vsctl("add-br", "br0")
    for amount, sample in (("few", names[:SAMPLES]), ("many", names[-SAMPLES:])):
        before = daemon.cpu_seconds()
        found[amount] = [timed(daemon, "add-port", "br0", name) for name in sample]
        found[f"{amount}_cpu"] = 1e3 * (daemon.cpu_seconds() - before) / len(sample)
        found[f"{amount}_alone"] = [timed(alone, "add-port", "br0", name) for name in sample]
        for i in range(SAMPLES, many - SAMPLES, 100) if amount == "few" else ():
            for database in (daemon, alone):
                database.vsctl(*add_ports("br0", names[i:min(i + 100, many - SAMPLES)]))
    return found
