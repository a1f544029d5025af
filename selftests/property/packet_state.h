// SPDX-License-Identifier: Apache-2.0
//
// A packet on its way through the tables, and its fields by the names that rules use: OpenFlow
// 1.5.1, 7.2.3.8, and ovs-fields(7).
#pragma once

#include "selftests/property/packet.h"

#include <array>
#include <optional>

namespace bvs::property {

struct PacketState {
    Packet packet;
    std::uint32_t in_port = 0;
    std::uint64_t metadata = 0;
    std::array<Value, 8> tunnel = {}; // the fields from tunnel_id on
    std::uint32_t mark = 0;
    std::uint32_t actset_output = 0xfffffff7; // OFPP_UNSET
    std::array<std::uint32_t, 16> reg = {};
    std::vector<Value> stack;

    // Nothing if the packet has no such header.
    std::optional<Value> get(model::Field field) const;
    // Does nothing then.
    void set(model::Field field, Value value, Value mask);

    void push_vlan(std::uint16_t tpid); // OpenFlow 1.5.1, 5.7: begins as the tag below
    void pop_vlan();
};

// Bits outside the mask from `old`.
Value merge(Value old, Value value, Value mask);

} // namespace bvs::property
