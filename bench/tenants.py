# SPDX-License-Identifier: Apache-2.0
"""Ten tenants with eight VMs each on four hosts: once with one pair of bridges for all tenants of a host,
once with a pair for each tenant. How long a new VM waits for its first answer, and what TCP gets."""
import json
import subprocess
import time

import comparison
import measures
import shell
from daemons import Bvsd
from operations import add_ports, make_netdevs

TENANTS, HOSTS, VMS = 10, 4, 8  # VMs of a tenant, as many on each host
TESTED = TENANTS - 1  # the tenant whose VMs are containers that talk; the others' are quiet
ARRANGEMENTS = {"common": "common bridges", "dedicated": "bridges for each tenant"}
QUANTITIES = {"tcp1": measures.QUANTITIES["tcp1"]}
NEW = 2  # the host that the new VM is plugged into


def key(tenant):
    return 100 + tenant


def vtep(host):
    return f"172.31.0.{host + 1}"


class Vm:
    """A container of the tested tenant, on the host of its number."""

    def __init__(self, lab, name, host, number):
        self.address, self.mac = f"10.99.0.{number + 1}", f"02:00:00:00:00:{number + 1:02x}"
        self.netns, self.number = lab.namespace(f"{name}-vm{number}"), number
        self.port = f"vm{number}"
        lab.ip(host, f"link add {self.port} type veth peer name eth0 address {self.mac} netns {self.netns}",
               f"link set {self.port} up")
        lab.ip(self.netns, "link set eth0 up", f"address add {self.address}/24 dev eth0")

    def knows(self, lab, other):
        """The kernel asks for an address once a second only."""
        lab.ip(self.netns, f"neighbour replace {other.address} lladdr {other.mac} dev eth0")


class Cloud:
    """Four hosts on one network. Each tenant has br-int and br-tun, or all of them together; a patch pair
    joins the two, and tunnels lead to the other hosts. Rules of br-tun, as the paper has them: local
    ingress (from a tunnel), local flood (to all tunnels) and remote egress (to the tunnel of a VM)."""

    def __init__(self, lab, name, binaries):
        self.lab, self.name, self.iperf = lab, name, None
        self.hosts = [lab.namespace(f"{name}-host{i}") for i in range(HOSTS)]
        self.fabric()
        self.daemons = [Bvsd(lab, f"{name}{i}", netns, binaries / "bvsd")
                        for i, netns in enumerate(self.hosts)]
        for daemon in self.daemons:
            daemon.start()
        for daemon in self.daemons:
            daemon.wait_until_ready()
        self.make_bridges()
        self.make_quiet_vms()
        self.vms = [Vm(lab, name, self.hosts[i], i) for i in (0, 1, NEW)]
        self.a, self.b = (vm.netns for vm in self.vms[:2])
        self.target = self.vms[1].address
        for vm in self.vms[:2]:
            self.plug(vm)
        for one in self.vms:
            for other in self.vms:
                if one is not other:
                    one.knows(lab, other)
        shell.wait_for(self.answers, f"no answer between VMs, {ARRANGEMENTS[name]}")

    def fabric(self):
        """What joins the hosts: a Linux bridge in a namespace of its own."""
        middle = self.lab.namespace(f"{self.name}-fabric")
        self.lab.ip(middle, "link add fabric mtu 1600 type bridge stp_state 0 mcast_snooping 0",
                    "link set fabric up")
        for i, host in enumerate(self.hosts):
            self.lab.ip(host, f"link add u0 mtu 1600 type veth peer name h{i} mtu 1600 netns {middle}",
                        "link set u0 up", f"address add {vtep(i)}/24 dev u0")
            self.lab.ip(middle, f"link set h{i} master fabric", f"link set h{i} up")

    def bridges(self, tenant):
        """The names of a tenant's two."""
        more = "" if self.name == "common" else str(tenant)
        return f"int{more}", f"tun{more}"

    def tag(self, tenant):
        return [f"tag={key(tenant)}"] if self.name == "common" else []

    def pairs(self):
        """One tenant a pair of bridges; of common ones any."""
        return range(TENANTS) if self.name == "dedicated" else range(1)

    def make_bridges(self):
        for host, daemon in enumerate(self.daemons):
            words = []
            for tenant in self.pairs():
                inner, outer = self.bridges(tenant)
                words += ["--", "add-br", inner, "--", "add-br", outer]
                for bridge, port, peer in ((inner, f"p{inner}", f"p{outer}"),
                                           (outer, f"p{outer}", f"p{inner}")):
                    words += ["--", "add-port", bridge, port, "--", "set", "interface", port, "type=patch",
                              f"options:peer={peer}", "ofport_request=1"]
                for other in self.others(host):
                    words += ["--", "add-port", outer, f"t{outer}-{other}", "--", "set", "interface",
                              f"t{outer}-{other}", "type=vxlan", f"options:remote_ip={vtep(other)}",
                              f"options:key={'flow' if self.name == 'common' else key(tenant)}",
                              f"ofport_request={self.tunnel(other)}"]
            daemon.vsctl(*words[1:])
            for tenant in range(TENANTS):
                self.rules(host, tenant, "".join(f"{line}\n" for line in self.tenant_rules(host, tenant)))

    @staticmethod
    def others(host):
        return [other for other in range(HOSTS) if other != host]

    @staticmethod
    def tunnel(host):
        return 10 + host

    def tenant_rules(self, host, tenant):
        everywhere = ",".join(f"output:{self.tunnel(other)}" for other in self.others(host))
        yield f"priority=1,in_port=1{self.match(tenant)},actions={self.wrap(tenant)}{everywhere}"
        for other in self.others(host):
            if self.name == "dedicated":
                yield f"priority=1,in_port={self.tunnel(other)},actions=output:1"
            else:
                yield (f"priority=1,in_port={self.tunnel(other)},tun_id={key(tenant)},"
                       f"actions=mod_vlan_vid:{key(tenant)},output:1")

    def match(self, tenant):
        return f",dl_vlan={key(tenant)}" if self.name == "common" else ""

    def wrap(self, tenant):
        return f"strip_vlan,set_tunnel:{key(tenant)}," if self.name == "common" else ""

    def rules(self, host, tenant, lines):
        """All rules of br-tun are ours: those of a new bridge go."""
        target = f"unix:{self.daemons[host].rundir}/{self.bridges(tenant)[1]}.mgmt"
        if tenant in self.pairs():
            shell.run("ovs-ofctl", "del-flows", target)
        shell.run("ovs-ofctl", "add-flows", target, "-", stdin=lines)

    def make_quiet_vms(self):
        """Ports with netdevs that are down."""
        for host, daemon in zip(self.hosts, self.daemons):
            for tenant in range(TENANTS):
                names = [f"q{tenant}-{i}" for i in range(VMS // HOSTS)]
                make_netdevs(self.lab, host, names)
                words = add_ports(self.bridges(tenant)[0], names)
                for name in names if self.tag(tenant) else ():
                    words += ["--", "set", "port", name, *self.tag(tenant)]
                daemon.vsctl(*words)

    def plug(self, vm):
        """What a manager does: the port, and the rule that leads to it on each of the other hosts."""
        self.daemons[vm.number].vsctl("add-port", self.bridges(TESTED)[0], vm.port, *self.tag(TESTED))
        asked = []
        for host in self.others(vm.number):
            target = f"unix:{self.daemons[host].rundir}/{self.bridges(TESTED)[1]}.mgmt"
            asked.append(subprocess.Popen(
                ["ovs-ofctl", "add-flow", target,
                 f"priority=2,in_port=1{self.match(TESTED)},dl_dst={vm.mac},"
                 f"actions={self.wrap(TESTED)}output:{self.tunnel(vm.number)}"]))
        if any(one.wait(timeout=20) for one in asked):
            raise shell.Failed("a rule was refused")

    def answers(self):
        return self.lab.measure("answers", "--from", self.a, "--address", self.target, "--first",
                                "--seconds", 1)["answered"] > 0

    def first_answer_ms(self):
        """From the moment that somebody plugs a VM, which another one on another host asks every
        millisecond."""
        vm = self.vms[-1]
        asking = subprocess.Popen([self.lab.tool, "answers", "--from", self.a, "--address", vm.address,
                                   "--first", "--seconds", "10"], stdout=subprocess.PIPE, text=True)
        time.sleep(0.1)
        begin = time.monotonic()
        self.plug(vm)
        answered = json.loads(asking.communicate(timeout=20)[0])
        self.daemons[vm.number].vsctl("del-port", vm.port)
        if answered["first"] is None:
            raise shell.Failed("the new VM did not answer within 10 s")
        return 1e3 * (answered["first"] - begin)


def measure(lab, binaries, quick, rounds, say):
    """An arrangement that fails is left out, with the reason said."""
    clouds = {}
    for name, title in ARRANGEMENTS.items():
        try:
            say(f"tenants: {title}")
            clouds[name] = Cloud(lab, name, binaries)
        except (shell.Failed, OSError) as why:
            say(f"left out: {title}: {why}")
    found = {"first_answer_ms": {}}
    for name, cloud in clouds.items():
        try:
            found["first_answer_ms"][name] = [cloud.first_answer_ms() for _ in range(3 if quick else 20)]
        except shell.Failed as why:
            say(f"{name}: {why}")
    plan = {"tcp1": lambda cloud: measures.tcp(cloud, 1, 1)}
    found["traffic"] = comparison.compare(clouds, plan, QUANTITIES, rounds, say).values
    return found
