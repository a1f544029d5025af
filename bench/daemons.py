# SPDX-License-Identifier: Apache-2.0
"""The switches that run as daemons: each in a namespace, with run and database folders of its own."""
import pathlib
import signal

import shell

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"


class Daemon:
    """Configured by the stock ovs-vsctl."""

    def __init__(self, lab, name, netns):
        self.lab = lab
        self.name = name
        self.netns = netns
        self.rundir = lab.folder(f"{name}-run")
        self.dbdir = lab.folder(f"{name}-db")
        self.process = None

    @property
    def environment(self):
        return {"OVS_RUNDIR": str(self.rundir), "OVS_DBDIR": str(self.dbdir),
                "OVS_LOGDIR": str(self.rundir)}

    def vsctl(self, *words):
        return shell.run("ovs-vsctl", f"--db=unix:{self.rundir}/db.sock", "--timeout=20", *words,
                         timeout=300)

    def wait_until_ready(self):
        self.process.expect(lambda: self.control.exists() and (self.rundir / "db.sock").exists(),
                            f"{self.name}'s sockets")

    def launch(self, *command, name):
        return self.lab.start(*shell.inside(self.netns), *command, name=f"{self.name}-{name}",
                              env=self.environment)

    def cpu_seconds(self):
        return int(pathlib.Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def resident_megabytes(self, kind="VmRSS"):
        """Of kind RssAnon: its own, without the kernel's maps that it sees."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(f"{kind}:"):
                return int(line.split()[1]) / 1024
        raise shell.Failed(f"{self.name} is not running")


def start_database_server(daemon):
    """The stock one, with the stock schema, for a daemon that does not start its own."""
    database = daemon.dbdir / "conf.db"
    shell.run("ovsdb-tool", "create", database, SCHEMA)
    server = daemon.launch("ovsdb-server", database, f"--remote=punix:{daemon.rundir}/db.sock",
                           f"--unixctl={daemon.rundir}/db.ctl", name="ovsdb-server")
    server.expect((daemon.rundir / "db.sock").exists, "ovsdb-server's socket")
    return server


class Database(Daemon):
    """A configuration that nobody obeys: no command waits."""

    def start(self):
        self.process = start_database_server(self)

    def vsctl(self, *words):
        return super().vsctl("--no-wait", *words)


class OpenVSwitch(Daemon):
    """At its best: with segmentation offload through the userspace datapath, where that works."""

    def __init__(self, lab, name, netns, offload=True):
        super().__init__(lab, name, netns)
        self.offload = offload

    def start(self):
        start_database_server(self)
        self.vsctl("--no-wait", "init", "--", "set", "Open_vSwitch", ".",
                   f"other_config:userspace-tso-enable={str(self.offload).lower()}")
        self.process = self.launch("ovs-vswitchd", f"unix:{self.rundir}/db.sock",
                                   f"--unixctl={self.control}", name="ovs-vswitchd")

    @property
    def control(self):
        return self.rundir / "vswitchd.ctl"


class Bvsd(Daemon):
    def __init__(self, lab, name, netns, binary):
        super().__init__(lab, name, netns)
        if not binary.exists():
            raise shell.Failed(f"{binary} is not built")
        self.binary = binary
        self.pins = lab.pins / name

    def start(self):
        self.process = self.launch(self.binary, "--rundir", self.rundir, "--dbdir", self.dbdir,
                                   "--pin-dir", self.pins, name="bvsd")

    @property
    def control(self):
        return self.rundir / f"ovs-vswitchd.{self.process.pid}.ctl"

    def kill(self):
        self.process.kill()

    def exit_and_clean_up(self):
        """The database stays; programs, maps and netdevs go."""
        shell.run("ovs-appctl", "-t", self.control, "exit", "--cleanup")
        shell.wait_for(lambda: not self.process.alive(), "bvsd's end")


def interrupted(*_):
    raise KeyboardInterrupt


def obey_signals():
    """SIGTERM and a lost terminal clean up as Ctrl-C does, and that also in a shell's background, where
    it would be ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
