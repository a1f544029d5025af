// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/flow_filter.h"
#include "ofagent/wire/flow_stats.h"
#include "ofagent/wire/scalar.h"
#include "ofagent/wire/stats.h"

namespace bvs::wire {

using model::Answer;

namespace {

Answer<AggregateRequest> request(Answer<model::FlowFilter> filter, bool nicira) {
    if (!filter)
        return std::unexpected(filter.error());
    return AggregateRequest{std::move(*filter), nicira};
}

AggregateReply read_plain(Reader &reader) {
    AggregateReply reply;
    reply.stats.counters.packets = reader.u64();
    reply.stats.counters.bytes = reader.u64();
    reply.stats.flows = reader.u32();
    reader.skip(4);
    return reply;
}

} // namespace

Answer<AggregateRequest> read_aggregate_request(Reader &reader, const Dialect &dialect) {
    return request(read_flow_filter(reader, dialect), false);
}

void write_aggregate_request(Writer &writer, const AggregateRequest &request,
                             const Dialect &dialect) {
    write_flow_filter(writer, request.filter, dialect);
}

Answer<AggregateRequest> read_nx_aggregate_request(Reader &reader, const Dialect &) {
    return request(read_nx_flow_filter(reader), true);
}

void write_nx_aggregate_request(Writer &writer, const AggregateRequest &request,
                                const Dialect &dialect) {
    write_nx_flow_filter(writer, request.filter, dialect);
}

Answer<AggregateReply> read_aggregate_reply(Reader &reader, const Dialect &dialect) {
    if (dialect.version < Version::of15)
        return read_plain(reader);
    auto stats = read_stats(reader);
    if (!stats)
        return std::unexpected(stats.error());
    AggregateReply reply;
    reply.stats.counters = {stats->packets.value_or(0), stats->bytes.value_or(0)};
    reply.stats.flows = stats->flows.value_or(0);
    return reply;
}

Answer<AggregateReply> read_nx_aggregate_reply(Reader &reader, const Dialect &) {
    AggregateReply reply = read_plain(reader);
    reply.nicira = true;
    return reply;
}

void write_aggregate_reply(Writer &writer, const AggregateReply &reply, const Dialect &dialect) {
    const model::AggregateStats &stats = reply.stats;
    if (dialect.version >= Version::of15)
        return write_stats(writer, {.flows = stats.flows,
                                    .packets = stats.counters.packets,
                                    .bytes = stats.counters.bytes});
    writer.u64(stats.counters.packets);
    writer.u64(stats.counters.bytes);
    writer.u32(stats.flows);
    writer.zeros(4);
}

} // namespace bvs::wire
