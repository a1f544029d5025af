# SPDX-License-Identifier: Apache-2.0
"""What traffic is sent through: each path is a Pair of containers with something between them."""
import shutil

import daemons
import shell
from lab import Pair


def direct(lab, _):
    pair = Pair(lab, "direct")
    pair.wire()
    return pair


def bridge(lab, _):
    pair = Pair(lab, "bridge")
    pair.plug()
    lab.ip(pair.host, "link add br0 type bridge stp_state 0 mcast_snooping 0", "link set br0 up",
           *(f"link set {port} master br0" for port in pair.PORTS))
    return pair


def redirect(lab, name, *flags):
    pair = Pair(lab, name)
    pair.plug()
    for one, other in (("pa", "pb"), ("gen", "sink")):
        lab.measure("redirect", "--netns", pair.host, "--one", one, "--other", other, "--pin-dir",
                    lab.pins / name, *flags)
    return pair


def bare_redirect(lab, _):
    lab.pin_dir("redirect")
    return redirect(lab, "redirect")


def redirect_peer(lab, _):
    lab.pin_dir("peer")
    return redirect(lab, "peer", "--to-peer")


def through(lab, name, daemon, *bridge_settings):
    pair = Pair(lab, name)
    pair.plug()
    daemon = daemon(lab, name, pair.host)
    daemon.start()
    daemon.wait_until_ready()
    daemon.vsctl("add-br", "br0", *bridge_settings,
                 *(word for port in pair.PORTS for word in ("--", "add-port", "br0", port)))
    pair.daemon = daemon
    return pair


def ovs(lab, _):
    if not shutil.which("ovs-vswitchd"):
        raise shell.Failed("ovs-vswitchd is not installed (package openvswitch-switch)")
    return through(lab, "ovs", daemons.OpenVSwitch, "--", "set", "bridge", "br0",
                   "datapath_type=netdev")


def bvs(lab, binaries, name="bvs"):
    return through(lab, name, lambda *where: daemons.Bvsd(*where, binaries / "bvsd"))


# In the order of tables and plots: name, what people call it, how it is made.
ALL = {
    "direct": ("veth pair, nothing between", direct),
    "bridge": ("Linux bridge", bridge),
    "redirect": ("bare tc redirect", bare_redirect),
    "peer": ("bare tc redirect_peer", redirect_peer),
    "ovs": ("OVS, userspace datapath", ovs),
    "bvs": ("BVS", bvs),
}


def build(lab, wanted, binaries, say):
    """The paths that can be had here, connected; says which cannot, and why."""
    pairs = {}
    for name in wanted:
        try:
            pair = ALL[name][1](lab, binaries)
            pair.wait_until_connected()
            pairs[name] = pair
        except shell.Failed as why:
            say(f"left out: {ALL[name][0]}: {why}")
    return pairs
