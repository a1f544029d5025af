// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/settings.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint32_t k_flow_openflow10 = 0; // NXFF_OPENFLOW10
constexpr std::uint32_t k_flow_nxm = 2;        // NXFF_NXM

} // namespace

Answer<SetFlowFormat> read_flow_format(Reader &reader, const Dialect &) {
    std::uint32_t format = reader.u32();
    if (format != k_flow_openflow10 && format != k_flow_nxm)
        return model::refuse(Refusal::eperm, fmt::format("flow format {}", format));
    return SetFlowFormat{format == k_flow_nxm ? FlowFormat::nxm : FlowFormat::openflow10};
}

void write_flow_format(Writer &writer, const SetFlowFormat &set, const Dialect &) {
    writer.u32(set.format == FlowFormat::nxm ? k_flow_nxm : k_flow_openflow10);
}

Answer<SetTableIdInCommand> read_table_id_setting(Reader &reader, const Dialect &) {
    SetTableIdInCommand set{reader.u8() != 0};
    reader.skip(7);
    return set;
}

void write_table_id_setting(Writer &writer, const SetTableIdInCommand &set, const Dialect &) {
    writer.u8(set.on);
    writer.zeros(7);
}

Answer<SetPacketInFormat> read_packet_in_format(Reader &reader, const Dialect &) {
    std::uint32_t format = reader.u32();
    if (format > static_cast<unsigned>(PacketInFormat::nxt_packet_in2))
        return model::refuse(Refusal::eperm, fmt::format("packet-in format {}", format));
    return SetPacketInFormat{static_cast<PacketInFormat>(format)};
}

void write_packet_in_format(Writer &writer, const SetPacketInFormat &set, const Dialect &) {
    writer.u32(static_cast<std::uint32_t>(set.format));
}

Answer<SetControllerId> read_controller_id(Reader &reader, const Dialect &) {
    reader.skip(6);
    return SetControllerId{reader.u16()};
}

void write_controller_id(Writer &writer, const SetControllerId &set, const Dialect &) {
    writer.zeros(6);
    writer.u16(set.id);
}

} // namespace bvs::wire
