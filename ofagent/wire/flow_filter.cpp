// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_filter.h"

#include "ofagent/wire/match.h"
#include "ofagent/wire/port_number.h"
#include "ofagent/wire/scalar.h"

namespace bvs::wire {

using model::Answer;
using model::FlowFilter;

namespace {

Answer<FlowFilter> read10(Reader &reader) {
    FlowFilter filter;
    auto match = read_match10(reader);
    if (!match)
        return std::unexpected(match.error());
    filter.match = std::move(*match);
    filter.table = reader.u8();
    reader.skip(1);
    filter.out_port = widen_port(reader.u16());
    return filter;
}

void write10(Writer &writer, const FlowFilter &filter) {
    write_match10(writer, filter.match);
    writer.u8(filter.table);
    writer.zeros(1);
    writer.u16(narrow_port(filter.out_port));
}

} // namespace

Answer<FlowFilter> read_flow_filter(Reader &reader, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return read10(reader);
    FlowFilter filter;
    filter.table = reader.u8();
    reader.skip(3);
    filter.out_port = reader.u32();
    filter.out_group = reader.u32();
    reader.skip(4);
    filter.cookie = reader.u64();
    filter.cookie_mask = reader.u64();
    if (!reader.ok())
        return too_short("a request for flows");
    auto match = read_match(reader, dialect);
    if (!match)
        return std::unexpected(match.error());
    filter.match = std::move(*match);
    return filter;
}

void write_flow_filter(Writer &writer, const FlowFilter &filter, const Dialect &dialect) {
    if (dialect.version == Version::of10)
        return write10(writer, filter);
    writer.u8(filter.table);
    writer.zeros(3);
    writer.u32(filter.out_port);
    writer.u32(filter.out_group);
    writer.zeros(4);
    writer.u64(filter.cookie);
    writer.u64(filter.cookie_mask);
    write_match(writer, filter.match, dialect);
}

Answer<FlowFilter> read_nx_flow_filter(Reader &reader) {
    FlowFilter filter;
    filter.out_port = widen_port(reader.u16());
    std::size_t length = reader.u16();
    filter.table = reader.u8();
    reader.skip(3);
    if (!reader.ok())
        return too_short("a request for flows");
    auto match = read_nxm_match(reader, length);
    if (!match)
        return std::unexpected(match.error());
    filter.match = std::move(match->match);
    filter.cookie = match->cookie.value;
    filter.cookie_mask = match->cookie.mask;
    return filter;
}

void write_nx_flow_filter(Writer &writer, const FlowFilter &filter, const Dialect &dialect) {
    writer.u16(narrow_port(filter.out_port));
    std::size_t length_at = writer.size();
    writer.u16(0);
    writer.u8(filter.table);
    writer.zeros(3);
    NxmMatch match{filter.match, {filter.cookie, filter.cookie_mask}};
    writer.patch16(length_at, write_nxm_match(writer, match, dialect));
}

} // namespace bvs::wire
