// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/queue.h"

#include "ofagent/wire/port_number.h"
#include "ofagent/wire/property.h"
#include "ofagent/wire/scalar.h"

#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::QueueStats;
using model::Refusal;

namespace {

constexpr std::uint16_t k_min_rate = 1; // OFPQT_MIN_RATE, OFPQDPT_MIN_RATE
constexpr std::uint16_t k_max_rate = 2;

// Before 1.4 four more bytes stand before the rate, which the length counts, as it does the
// padding.
void write_rate(Writer &writer, std::uint16_t type, const std::optional<std::uint16_t> &rate,
                Version version) {
    if (!rate)
        return;
    std::size_t property = begin_property(writer, type);
    writer.zeros(version < Version::of14 ? 4 : 0);
    writer.u16(*rate);
    writer.zeros(version < Version::of14 ? 6 : 2);
    end_property(writer, property);
}

void write_rates(Writer &writer, const QueueConfig &queue, Version version) {
    write_rate(writer, k_min_rate, queue.min_rate, version);
    write_rate(writer, k_max_rate, queue.max_rate, version);
}

// The rest of a queue of `length` bytes that began at `begun`.
Answer<> read_rates(Reader &reader, std::size_t begun, std::size_t length, QueueConfig &queue,
                    Version version) {
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left())
        return model::refuse(Refusal::bad_length, fmt::format("a queue of {} bytes", length));
    Reader properties = reader.part(length - read);
    return read_properties(properties, [&](Property &property) -> Answer<> {
        property.body.skip(version < Version::of14 ? 4 : 0);
        if (property.type == k_min_rate)
            queue.min_rate = property.body.u16();
        else if (property.type == k_max_rate)
            queue.max_rate = property.body.u16();
        return {};
    });
}

// In 1.0 and 1.1 the reply says once whose port they are.
Answer<QueueConfig> read_queue(Reader &reader, std::uint32_t port, Version version) {
    std::size_t begun = reader.position();
    QueueConfig queue{.port = port, .queue = reader.u32(), .min_rate = {}, .max_rate = {}};
    if (version >= Version::of12)
        queue.port = reader.u32();
    std::size_t length = reader.u16();
    reader.skip(version >= Version::of12 ? 6 : 2);
    if (auto read = read_rates(reader, begun, length, queue, version); !read)
        return std::unexpected(read.error());
    return queue;
}

void write_queue(Writer &writer, const QueueConfig &queue, Version version) {
    std::size_t begun = writer.size();
    writer.u32(queue.queue);
    if (version >= Version::of12)
        writer.u32(queue.port);
    std::size_t length_at = writer.size();
    writer.zeros(version >= Version::of12 ? 8 : 4);
    write_rates(writer, queue, version);
    writer.patch_length(length_at, begun);
}

} // namespace

Answer<QueueGetConfigRequest> read_queue_config_request(Reader &reader, const Dialect &dialect) {
    QueueGetConfigRequest request{read_port(reader, dialect)};
    reader.skip(dialect.version == Version::of10 ? 2 : 4);
    return request;
}

void write_queue_config_request(Writer &writer, const QueueGetConfigRequest &request,
                                const Dialect &dialect) {
    write_port(writer, request.port, dialect);
    writer.zeros(dialect.version == Version::of10 ? 2 : 4);
}

Answer<QueueGetConfigReply> read_queue_config_reply(Reader &reader, const Dialect &dialect) {
    QueueGetConfigReply reply{read_port(reader, dialect), {}};
    reader.skip(dialect.version == Version::of10 ? 6 : 4);
    while (reader.left() > 0) {
        auto queue = read_queue(reader, reply.port, dialect.version);
        if (!queue)
            return std::unexpected(queue.error());
        reply.queues.push_back(*queue);
    }
    return reply;
}

void write_queue_config_reply(Writer &writer, const QueueGetConfigReply &reply,
                              const Dialect &dialect) {
    write_port(writer, reply.port, dialect);
    writer.zeros(dialect.version == Version::of10 ? 6 : 4);
    for (const auto &queue : reply.queues)
        write_queue(writer, queue, dialect.version);
}

Answer<QueueDescRequest> read_queue_desc_request(Reader &reader, const Dialect &) {
    return QueueDescRequest{reader.u32(), reader.u32()};
}

void write_queue_desc_request(Writer &writer, const QueueDescRequest &request, const Dialect &) {
    writer.u32(request.port);
    writer.u32(request.queue);
}

Answer<QueueConfig> read_queue_desc(Reader &reader, const Dialect &dialect) {
    std::size_t begun = reader.position();
    QueueConfig queue{.port = reader.u32(), .queue = reader.u32(), .min_rate = {}, .max_rate = {}};
    std::size_t length = reader.u16();
    reader.skip(6);
    if (auto read = read_rates(reader, begun, length, queue, dialect.version); !read)
        return std::unexpected(read.error());
    return queue;
}

void write_queue_desc(Writer &writer, const QueueConfig &queue, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u32(queue.port);
    writer.u32(queue.queue);
    writer.zeros(8);
    write_rates(writer, queue, dialect.version);
    writer.patch_length(begun + 8, begun);
}

// OpenFlow 1.0 says OFPP_ALL where later versions say OFPP_ANY.
Answer<QueueStatsRequest> read_queue_stats_request(Reader &reader, const Dialect &dialect) {
    QueueStatsRequest request;
    request.port = read_port(reader, dialect);
    if (dialect.version == Version::of10) {
        reader.skip(2);
        if (request.port == model::port::all)
            request.port = model::port::any;
    }
    request.queue = reader.u32();
    return request;
}

void write_queue_stats_request(Writer &writer, const QueueStatsRequest &request,
                               const Dialect &dialect) {
    bool old = dialect.version == Version::of10;
    bool all = old && request.port == model::port::any;
    write_port(writer, all ? model::port::all : request.port, dialect);
    writer.zeros(old ? 2 : 0);
    writer.u32(request.queue);
}

Answer<QueueStats> read_queue_stats(Reader &reader, const Dialect &dialect) {
    if (dialect.version >= Version::of14) {
        constexpr std::size_t k_entry = 48;
        std::size_t length = reader.u16();
        if (length != k_entry)
            return model::refuse(Refusal::bad_length,
                                 fmt::format("queue statistics of {} bytes", length));
        reader.skip(6);
    }
    QueueStats stats;
    stats.port = read_port(reader, dialect);
    reader.skip(dialect.version == Version::of10 ? 2 : 0);
    stats.queue = reader.u32();
    stats.tx_bytes = reader.u64();
    stats.tx_packets = reader.u64();
    stats.tx_errors = reader.u64();
    if (dialect.version >= Version::of13)
        stats.duration = read_duration(reader);
    return stats;
}

void write_queue_stats(Writer &writer, const QueueStats &stats, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.zeros(dialect.version >= Version::of14 ? 8 : 0);
    write_port(writer, stats.port, dialect);
    writer.zeros(dialect.version == Version::of10 ? 2 : 0);
    writer.u32(stats.queue);
    writer.u64(stats.tx_bytes);
    writer.u64(stats.tx_packets);
    writer.u64(stats.tx_errors);
    if (dialect.version >= Version::of13)
        write_duration(writer, stats.duration);
    if (dialect.version >= Version::of14)
        writer.patch_length(begun, begun);
}

} // namespace bvs::wire
