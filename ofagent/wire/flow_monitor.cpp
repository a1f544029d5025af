// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_monitor.h"

#include "ofagent/wire/match.h"
#include "ofagent/wire/port_number.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint16_t k_flags = 0x7f;      // OFPFMF_*
constexpr std::uint16_t k_nx_flags = 0x3f;   // NXFMF_*, ONFFMF_*: not "only own"
constexpr std::uint8_t k_delete_command = 2; // OFPFMC_DELETE

Answer<std::uint16_t> check_flags(std::uint16_t flags, std::uint16_t known) {
    if (flags & ~known)
        return model::refuse(Refusal::monitor_bad_flags,
                             fmt::format("flow monitor flags {:#x}", flags));
    return flags;
}

} // namespace

Answer<FlowMonitorRequest> read_flow_monitor(Reader &reader, const Dialect &dialect) {
    FlowMonitorRequest request;
    request.monitor = reader.u32();
    request.filter.out_port = reader.u32();
    request.filter.out_group = reader.u32();
    auto flags = check_flags(reader.u16(), k_flags);
    if (!flags)
        return std::unexpected(flags.error());
    request.flags = *flags;
    request.filter.table = reader.u8();
    request.command = reader.u8();
    if (request.command > k_delete_command)
        return model::refuse(Refusal::monitor_bad_command,
                             fmt::format("flow monitor command {}", request.command));
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    request.filter.match = std::move(*match);
    return request;
}

void write_flow_monitor(Writer &writer, const FlowMonitorRequest &request, const Dialect &dialect) {
    writer.u32(request.monitor);
    writer.u32(request.filter.out_port);
    writer.u32(request.filter.out_group);
    writer.u16(request.flags);
    writer.u8(request.filter.table);
    writer.u8(request.command);
    write_match(writer, request.filter.match, dialect);
}

Answer<FlowMonitorRequest> read_nx_flow_monitor(Reader &reader, const Dialect &) {
    FlowMonitorRequest request;
    request.monitor = reader.u32();
    auto flags = check_flags(reader.u16(), k_nx_flags);
    if (!flags)
        return std::unexpected(flags.error());
    request.flags = *flags;
    request.filter.out_port = widen_port(reader.u16());
    std::size_t match_length = reader.u16();
    request.filter.table = reader.u8();
    reader.skip(5);
    auto match = read_nxm_match(reader, match_length);
    if (!match)
        return std::unexpected(match.error());
    request.filter.match = std::move(match->match);
    return request;
}

void write_nx_flow_monitor(Writer &writer, const FlowMonitorRequest &request,
                           const Dialect &dialect) {
    writer.u32(request.monitor);
    writer.u16(request.flags & k_nx_flags);
    writer.u16(narrow_port(request.filter.out_port));
    std::size_t length_at = writer.size();
    writer.u16(0);
    writer.u8(request.filter.table);
    writer.zeros(5);
    writer.patch16(length_at, write_nxm_match(writer, {request.filter.match, {}}, dialect));
}

Answer<FlowMonitorRequest> read_onf_flow_monitor(Reader &reader, const Dialect &dialect) {
    FlowMonitorRequest request;
    request.monitor = reader.u32();
    auto flags = check_flags(reader.u16(), k_nx_flags);
    if (!flags)
        return std::unexpected(flags.error());
    request.flags = *flags;
    reader.skip(2); // the match says its length itself
    request.filter.out_port = reader.u32();
    request.filter.table = reader.u8();
    reader.skip(3);
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    request.filter.match = std::move(*match);
    return request;
}

void write_onf_flow_monitor(Writer &writer, const FlowMonitorRequest &request,
                            const Dialect &dialect) {
    writer.u32(request.monitor);
    writer.u16(request.flags & k_nx_flags);
    std::size_t length_at = writer.size();
    writer.u16(0);
    writer.u32(request.filter.out_port);
    writer.u8(request.filter.table);
    writer.zeros(3);
    std::size_t match_at = writer.size();
    write_match(writer, request.filter.match, dialect);
    writer.patch_length(length_at, match_at);
}

Answer<FlowMonitorCancel> read_monitor_cancel(Reader &reader, const Dialect &) {
    return FlowMonitorCancel{reader.u32()};
}

void write_monitor_cancel(Writer &writer, const FlowMonitorCancel &cancel, const Dialect &) {
    writer.u32(cancel.monitor);
}

void write_monitor_delete(Writer &writer, const FlowMonitorCancel &cancel, const Dialect &dialect) {
    FlowMonitorRequest request{
        .monitor = cancel.monitor, .flags = 0, .command = k_delete_command, .filter = {}};
    write_flow_monitor(writer, request, dialect);
}

} // namespace bvs::wire
