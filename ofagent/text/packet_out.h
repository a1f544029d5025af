// SPDX-License-Identifier: Apache-2.0
//
// Packets to be sent as ovs-ofctl(8) writes them: in_port=CONTROLLER packet=ffff...,actions=flood.
// Fields besides in_port, as tunnel_id or a register, are what the pipeline is to know of the
// packet.
#pragma once

#include "base/result.h"
#include "ofagent/text/action.h"
#include "ofagent/text/port.h"
#include "switch/model/packet.h"

#include <string_view>

namespace bvs::text {

Result<model::PacketOut> parse_packet_out(std::string_view text, const Ports &ports);

} // namespace bvs::text
