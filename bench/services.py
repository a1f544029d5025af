# SPDX-License-Identifier: Apache-2.0
"""What services of a bridge cost: a packet's time by BPF_PROG_TEST_RUN, and a TCP stream of which a mirror has
a copy, at the rate that the stream reaches, beside one without."""
import comparison
import measures
import paths
import shell

QUANTITIES = {"tcp1": measures.QUANTITIES["tcp1"]}
PATHS = ("plain", "mirrored")


def cost(lab, rounds):
    """Each round is a datapath of its own: where its tables happen to lie matters by some ns."""
    found = [lab.measure("service-cost", "--rounds", 1, timeout=120) for _ in range(rounds)]
    return {case: [value for one in found for value in one[case]] for case in found[0]}


def received(netns, netdev):
    """In packets, super-frames as one."""
    shown = shell.run_json("ip", "-n", netns, "-s", "-j", "link", "show", netdev)
    return shown[0]["stats64"]["rx"]["packets"]


class Mirrored:
    """Of what `a` sends a netdev in a namespace of its own has copies."""

    def __init__(self, lab, pair):
        self.pair, self.collector = pair, lab.namespace("collector")
        lab.ip(pair.host, f"link add mirror type veth peer name eth0 netns {self.collector}",
               "link set mirror up")
        lab.ip(self.collector, "link set eth0 up")
        pair.daemon.vsctl("add-port", "br0", "mirror", "--", "--id=@a", "get", "Port", "pa",
                          "--", "--id=@o", "get", "Port", "mirror",
                          "--", "--id=@m", "create", "Mirror", "name=m", "select_src_port=@a",
                          "output_port=@o", "--", "set", "Bridge", "br0", "mirrors=@m")
        shell.wait_for(lambda: pair.answers() and self.copies(), "no copy at the mirror's port")
        self.begin = self.selected(), self.copies()

    def selected(self):
        return received(self.pair.host, "pa")

    def copies(self):
        return received(self.collector, "eth0")

    def copied_percent(self):
        selected, copies = self.selected() - self.begin[0], self.copies() - self.begin[1]
        return 100 * copies / selected


def mirror(lab, binaries, rounds, say):
    """Two switches alike, and in one of them the mirror."""
    pairs = {name: paths.bvs(lab, binaries, name) for name in PATHS}
    for pair in pairs.values():
        pair.wait_until_connected()
    mirrored = Mirrored(lab, pairs["mirrored"])
    plan = {"tcp1": lambda pair: measures.tcp(pair, 1, 1)}
    traffic = comparison.compare(pairs, plan, QUANTITIES, rounds, say).values
    return {"traffic": traffic, "copied_percent": mirrored.copied_percent()}


def measure(lab, binaries, rounds, say):
    found = {"cost": cost(lab, rounds), "mirror": None}
    try:
        found["mirror"] = mirror(lab, binaries, rounds, say)
    except shell.Failed as why:
        say(f"left out: the mirror: {why}")
    return found
