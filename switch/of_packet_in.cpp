// SPDX-License-Identifier: Apache-2.0
#include "switch/of_packet_in.h"

#include "switch/partial_checksum.h"

namespace bvs::daemon {

using model::Field;

namespace {

// A tag that stood beside the frame belongs into it.
model::Bytes whole(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes) {
    constexpr std::size_t addresses = 12;
    model::Bytes frame(bytes.begin(), bytes.end());
    if (!packet.vlan_tpid || frame.size() < addresses)
        return frame;
    const std::uint8_t tag[] = {static_cast<std::uint8_t>(packet.vlan_tpid >> 8),
                                static_cast<std::uint8_t>(packet.vlan_tpid),
                                static_cast<std::uint8_t>(packet.vlan_tci >> 8),
                                static_cast<std::uint8_t>(packet.vlan_tci)};
    frame.insert(frame.begin() + addresses, std::begin(tag), std::end(tag));
    return frame;
}

// What a controller cannot see in the packet itself.
model::Match metadata_of(const bvs_flow &flow, OptionFields options) {
    auto metadata = options_of(flow, options);
    const auto add = [&](Field field) {
        const auto value = value_of(field, flow);
        if (!value.zero())
            metadata.set(field, value, model::all_ones(model::info(field).bits));
    };
    for (const auto field :
         {Field::metadata, Field::tunnel_id, Field::tunnel_src, Field::tunnel_dst,
          Field::tunnel_ipv6_src, Field::tunnel_ipv6_dst, Field::tunnel_gbp_id,
          Field::tunnel_gbp_flags, Field::tunnel_flags, Field::pkt_mark})
        add(field);
    for (unsigned i = 0; i < 16; ++i)
        add(Field::reg0 + i);
    return metadata;
}

} // namespace

model::PacketIn to_packet_in(const bvs_packet_in &packet, std::span<const std::uint8_t> bytes,
                             const std::optional<OfBridge::Named> &rule, OptionFields options) {
    auto reason = static_cast<model::PacketInReason>(packet.reason);
    if (rule && rule->miss && reason == model::PacketInReason::action)
        reason = model::PacketInReason::no_match;
    auto frame = whole(packet, bytes);
    if (packet.captured == packet.length)
        complete_checksum(frame);
    return {.reason = reason,
            .table = packet.table,
            .cookie = rule ? rule->cookie : ~0ULL,
            .in_port = static_cast<std::uint32_t>(bvs_flow_get(&packet.flow, in_port)),
            .metadata = metadata_of(packet.flow, options),
            .max_len = packet.max_len,
            .controller_id = packet.controller,
            .total_length = static_cast<std::uint32_t>(frame.size()),
            .packet = std::move(frame)};
}

} // namespace bvs::daemon
