# SPDX-License-Identifier: Apache-2.0
"""A learning switch for os-ken, as its simple_switch_13 and _15 are: BVS_OPENFLOW is the version.

Everything goes to the controller until it knows where both ends are; then a flow is installed."""
import os

from os_ken.base import app_manager
from os_ken.controller import handler, ofp_event
from os_ken.lib.packet import ethernet, packet
from os_ken.ofproto import ofproto_v1_3, ofproto_v1_5

VERSIONS = {"OpenFlow13": ofproto_v1_3, "OpenFlow15": ofproto_v1_5}
OFPROTO = VERSIONS[os.environ["BVS_OPENFLOW"]]


class LearningSwitch(app_manager.OSKenApp):
    OFP_VERSIONS = [OFPROTO.OFP_VERSION]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.port_of = {}

    @handler.set_ev_cls(ofp_event.EventOFPSwitchFeatures, handler.CONFIG_DISPATCHER)
    def joined(self, event):
        datapath = event.msg.datapath
        to_us = datapath.ofproto_parser.OFPActionOutput(OFPROTO.OFPP_CONTROLLER,
                                                        OFPROTO.OFPCML_NO_BUFFER)
        self.install(datapath, 0, {}, [to_us])

    def install(self, datapath, priority, fields, actions):
        parser = datapath.ofproto_parser
        apply = parser.OFPInstructionActions(OFPROTO.OFPIT_APPLY_ACTIONS, actions)
        datapath.send_msg(parser.OFPFlowMod(datapath=datapath, priority=priority,
                                            match=parser.OFPMatch(**fields),
                                            instructions=[apply]))

    @handler.set_ev_cls(ofp_event.EventOFPPacketIn, handler.MAIN_DISPATCHER)
    def arrived(self, event):
        message, datapath = event.msg, event.msg.datapath
        parser, in_port = datapath.ofproto_parser, event.msg.match["in_port"]
        frame = packet.Packet(message.data).get_protocol(ethernet.ethernet)
        self.port_of[frame.src] = in_port
        out_port = self.port_of.get(frame.dst, OFPROTO.OFPP_FLOOD)
        actions = [parser.OFPActionOutput(out_port)]
        if out_port != OFPROTO.OFPP_FLOOD:
            self.install(datapath, 1, {"in_port": in_port, "eth_src": frame.src,
                                       "eth_dst": frame.dst}, actions)
        came = ({"match": parser.OFPMatch(in_port=in_port)} if OFPROTO is ofproto_v1_5
                else {"in_port": in_port})
        data = message.data if message.buffer_id == OFPROTO.OFP_NO_BUFFER else None
        datapath.send_msg(parser.OFPPacketOut(datapath=datapath, buffer_id=message.buffer_id,
                                              actions=actions, data=data, **came))
