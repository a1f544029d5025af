// SPDX-License-Identifier: Apache-2.0
//
// What the datapath sends up, as a controller is told of it. Pure.
#pragma once

#include "maps/abi.h"
#include "switch/flow_fields.h"
#include "switch/model/packet.h"
#include "switch/of_bridge.h"

#include <cstdint>
#include <optional>
#include <span>

namespace bvs::daemon {

model::PacketIn to_packet_in(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes,
                             const std::optional<OfBridge::Named> &rule, OptionFields options);

} // namespace bvs::daemon
