# SPDX-License-Identifier: Apache-2.0
"""A tenant's controller, on os-ken: one logical switch over the hosts that carry the tenant.

BVS_TENANT is its name, BVS_HOSTS the hosts' numbers. It knows from the hosts' databases which
endpoint has which address, and gives each bridge the flows for that: docs/tenants.md."""
import os

from os_ken.base import app_manager
from os_ken.controller import handler, ofp_event
from os_ken.ofproto import ofproto_v1_3 as ofproto
from os_ken.ofproto import ofproto_v1_3_parser as parser

import database

GROUP = ("01:00:00:00:00:00", "01:00:00:00:00:00")  # bit of multicast and broadcast
ADMITTED = 1  # the table behind the one that knows who may send


def int_flows(ends, patch):
    """Of br-int: `ends` of this host, address -> port, and the port to br-tun."""
    flows = {(0, 20, ("in_port", patch)): ("goto",)}
    for mac, port in ends.items():
        flows[0, 20, ("in_port", port), ("eth_src", mac)] = ("goto",)
        flows[ADMITTED, 20, ("eth_dst", mac)] = (port,)               # local ingress
        flows[ADMITTED, 5, ("in_port", port)] = (patch,)              # local egress
    flows[ADMITTED, 10, ("eth_dst", GROUP)] = (*ends.values(), patch)  # local flood
    return flows


def tun_flows(ends, remote, tunnels, patch):
    """Of br-tun: `remote`, address -> host; `tunnels`, host -> port; the port to br-int."""
    flows = {(0, 10, ("in_port", patch), ("eth_dst", GROUP)): tuple(tunnels.values())}
    for mac, host in remote.items():
        if host in tunnels:
            flows[0, 20, ("in_port", patch), ("eth_dst", mac)] = (tunnels[host],)  # remote egress
    for port in tunnels.values():
        flows[0, 10, ("in_port", port), ("eth_dst", GROUP)] = (patch,)
        for mac in ends:
            flows[0, 20, ("in_port", port), ("eth_dst", mac)] = (patch,)
    return flows


def instructions(actions):
    if actions == ("goto",):
        return [parser.OFPInstructionGotoTable(ADMITTED)]
    outputs = [parser.OFPActionOutput(port) for port in actions]
    return [parser.OFPInstructionActions(ofproto.OFPIT_APPLY_ACTIONS, outputs)]


class Tenant(app_manager.OSKenApp):
    OFP_VERSIONS = [ofproto.OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.name = os.environ["BVS_TENANT"]
        self.bridges = {}  # (host, is it br-tun?) -> (datapath, its flows)
        self.hosts = {}
        for host in map(int, os.environ["BVS_HOSTS"].split()):
            self.hosts[host] = database.Interfaces((f"172.16.{host}.1", 6640), self.program)

    @handler.set_ev_cls(ofp_event.EventOFPSwitchFeatures, handler.CONFIG_DISPATCHER)
    def joined(self, event):
        datapath = event.msg.datapath
        self.send(datapath, ofproto.OFPFC_DELETE, ofproto.OFPTT_ALL, 0, {}, ())
        self.bridges[datapath.id >> 16 & 0xffff, datapath.id & 0xffff] = datapath, {}
        self.program()

    def ports(self, host, role):
        """(port, external_ids) of this tenant's interfaces of one role."""
        return [(port, ids) for port, ids in self.hosts[host].rows.values()
                if ids.get("tenant") == self.name and ids.get("role") == role]

    def wanted(self, host, is_tun):
        patch = self.ports(host, "to-int" if is_tun else "to-tun")
        if not patch:
            return {}
        ends = {ids["mac"]: port for port, ids in self.ports(host, "endpoint")}
        if not is_tun:
            return int_flows(ends, patch[0][0])
        remote = {ids["mac"]: other for other in self.hosts if other != host
                  for _, ids in self.ports(other, "endpoint")}
        tunnels = {int(ids["host"]): port for port, ids in self.ports(host, "tunnel")}
        return tun_flows(ends, remote, tunnels, patch[0][0])

    def program(self):
        """Sends each bridge the difference to what it has."""
        for (host, is_tun), (datapath, has) in list(self.bridges.items()):
            wanted = self.wanted(host, is_tun)
            for flow in has.keys() - wanted.keys():
                self.send(datapath, ofproto.OFPFC_DELETE_STRICT, flow[0], flow[1], dict(flow[2:]), ())
            for flow, actions in wanted.items():
                if has.get(flow) != actions:
                    self.send(datapath, ofproto.OFPFC_ADD, flow[0], flow[1], dict(flow[2:]), actions)
            self.bridges[host, is_tun] = datapath, wanted

    @staticmethod
    def send(datapath, command, table, priority, match, actions):
        datapath.send_msg(parser.OFPFlowMod(
            datapath=datapath, command=command, table_id=table, priority=priority,
            match=parser.OFPMatch(**match), instructions=instructions(actions),
            out_port=ofproto.OFPP_ANY, out_group=ofproto.OFPG_ANY))
