# SPDX-License-Identifier: Apache-2.0
"""The place of the measurements: network namespaces, a work folder and a folder of pins, all under
one prefix, all gone at the end whatever happened."""
import os
import pathlib
import shutil
import signal
import sys
import tempfile

import shell

BPFFS = pathlib.Path("/sys/fs/bpf")
# No traffic but ours: no neighbour discovery, and the kernel's bridge without netfilter. eth1 shall not
# answer for eth0's address: flows, other than NORMAL, do not bring to eth0 what is sent to eth1's MAC.
QUIET = ("net/ipv6/conf/default/disable_ipv6", "net/ipv6/conf/all/disable_ipv6",
         "net/ipv4/conf/all/arp_ignore")
BRIDGE_NETFILTER = tuple(f"net/bridge/bridge-nf-call-{kind}" for kind in
                         ("iptables", "ip6tables", "arptables"))


class Lab:
    def __init__(self, tool):
        self.tool = tool
        self.prefix = f"bvsbench{os.getpid()}"
        self.namespaces = []
        self.processes = []

    def __enter__(self):
        if not os.path.ismount(BPFFS):
            raise shell.Failed(f"no bpffs on {BPFFS}; mount -t bpf bpf {BPFFS}")
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="bvs-bench-"))
        self.pins = BPFFS / self.prefix
        self.pins.mkdir()
        return self

    def __exit__(self, *_):
        # Interrupted once more, the clean-up would leave things behind.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for process in reversed(self.processes):
            process.stop()
        for name in self.namespaces:
            try:
                self.remove_namespace(name)
            except shell.Failed as why:
                print(why, file=sys.stderr)
        shutil.rmtree(self.pins, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)

    def remove_namespace(self, name):
        """With the processes in it, such as a daemon's children."""
        for pid in shell.run("ip", "netns", "pids", name).split():
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        shell.run("ip", "netns", "del", name)

    def namespace(self, name):
        full = f"{self.prefix}-{name}"
        shell.run("ip", "netns", "add", full)
        self.namespaces.append(full)
        for knob in QUIET:
            self.sysctl(full, knob, 1)
        for knob in BRIDGE_NETFILTER:
            self.sysctl(full, knob, 0)
        self.ip(full, "link set lo up")
        return full

    def sysctl(self, netns, knob, value):
        shell.run(*shell.inside(netns), "sh", "-c",
                  f"! [ -e /proc/sys/{knob} ] || echo {value} > /proc/sys/{knob}")

    def ip(self, netns, *lines):
        """Lines of `ip`, in one process."""
        shell.run("ip", "-n", netns, "-batch", "-", stdin="\n".join(lines) + "\n", timeout=300)

    def folder(self, name):
        path = self.work / name
        path.mkdir()
        return path

    def pin_dir(self, name):
        path = self.pins / name
        path.mkdir()
        return path

    def start(self, *command, name, env=None):
        process = shell.Process(*command, log=self.work / f"{name}.log", env=env)
        self.processes.append(process)
        return process

    def measure(self, *arguments, timeout=60):
        """A line of JSON from our own tool."""
        return shell.run_json(self.tool, *arguments, timeout=timeout)


class Pair:
    """Two containers, `a` and `b`, and the host between them, each a namespace.

    eth0 of both is what traffic goes through. Forwarded packets are received, as if from outside,
    by a port of the switch of their own (port gen), and arrive at eth1 of b (port sink)."""
    ADDRESS = {"a": "10.99.0.1", "b": "10.99.0.2"}
    PORTS = ("pa", "pb", "gen", "sink")

    def __init__(self, lab, name):
        self.lab = lab
        self.a, self.b, self.host = (lab.namespace(f"{name}-{part}") for part in ("a", "b", "host"))
        self.target = self.ADDRESS["b"]
        self.entry = (self.host, "gen")
        self.iperf = None

    def plug(self):
        """Veth pairs from the containers to ports in the host."""
        for port, netns, end in (("pa", self.a, "eth0"), ("pb", self.b, "eth0"),
                                 ("gen", self.a, "eth1"), ("sink", self.b, "eth1")):
            self.lab.ip(self.host, f"link add {port} type veth peer name {end} netns {netns}",
                        f"link set {port} up")
            self.lab.ip(netns, f"link set {end} up")
        self.give_addresses()

    def wire(self):
        """No switch: one veth pair, and frames are received where they arrive."""
        for end in ("eth0", "eth1"):
            self.lab.ip(self.a, f"link add {end} type veth peer name {end} netns {self.b}",
                        f"link set {end} up")
            self.lab.ip(self.b, f"link set {end} up")
        self.entry = (self.b, "eth1")
        self.give_addresses()

    def give_addresses(self):
        for netns, part in ((self.a, "a"), (self.b, "b")):
            self.lab.ip(netns, f"address add {self.ADDRESS[part]}/24 dev eth0")

    def wait_until_connected(self):
        shell.wait_for(self.answers, "no answer through the switch")

    def answers(self):
        return self.lab.measure("answers", "--from", self.a, "--address", self.target, "--first",
                                "--seconds", 1)["answered"] > 0
