// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/group.h"

#include "ofagent/wire/bucket.h"
#include "ofagent/wire/scalar.h"
#include "ofagent/wire/selection.h"

#include <array>
#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::FlowCounters;
using model::GroupCommand;
using model::GroupDescription;
using model::GroupMod;
using model::GroupStats;
using model::GroupType;
using model::Refusal;

namespace {

// OFPGC_* and Open vSwitch's "add or modify", in the order of GroupCommand.
constexpr std::array<std::uint16_t, 6> k_commands = {0, 1, 0x8000, 2, 3, 5};

Answer<GroupCommand> command_from(std::uint16_t number, Version version) {
    const auto *found = std::ranges::find(k_commands, number);
    if (found != k_commands.end()) {
        auto command = static_cast<GroupCommand>(found - k_commands.begin());
        if (command < GroupCommand::insert || has_bucket_properties(version))
            return command;
    }
    return model::refuse(Refusal::group_bad_command, fmt::format("group command {}", number));
}

Answer<GroupType> type_from(std::uint8_t number) {
    if (number > static_cast<unsigned>(GroupType::fast_failover))
        return model::refuse(Refusal::group_bad_type, fmt::format("group type {}", number));
    return static_cast<GroupType>(number);
}

bool has_duration(Version version) {
    return version != Version::of11 && version != Version::of12;
}

FlowCounters read_counters(Reader &reader) {
    return {reader.u64(), reader.u64()};
}

void write_counters(Writer &writer, const FlowCounters &counters) {
    writer.u64(counters.packets);
    writer.u64(counters.bytes);
}

// Buckets and properties, which a modification and a description end with.
template <class T>
Answer<> read_content(Reader &reader, std::size_t buckets_size, T &group, const Dialect &dialect) {
    if (!reader.ok() || buckets_size > reader.left())
        return model::refuse(Refusal::bad_length,
                             fmt::format("a group with {} bytes of buckets", buckets_size));
    Reader inner = reader.part(buckets_size);
    auto buckets = read_buckets(inner, group.type, dialect);
    if (!buckets)
        return std::unexpected(buckets.error());
    group.buckets = std::move(*buckets);
    auto properties = read_group_properties(reader, group.type);
    if (!properties)
        return std::unexpected(properties.error());
    group.properties = std::move(*properties);
    return {};
}

} // namespace

Answer<GroupMod> read_group_mod(Reader &reader, const Dialect &dialect) {
    std::uint16_t command_number = reader.u16();
    std::uint8_t type_number = reader.u8();
    reader.skip(1);
    GroupMod mod;
    mod.group = reader.u32();
    auto command = command_from(command_number, dialect.version);
    if (!command)
        return std::unexpected(command.error());
    auto type = type_from(type_number);
    if (!type)
        return std::unexpected(type.error());
    mod.command = *command;
    mod.type = *type;
    std::size_t buckets_size = reader.left();
    if (has_bucket_properties(dialect.version)) {
        buckets_size = reader.u16();
        reader.skip(2);
        mod.place = reader.u32();
    }
    if (auto read = read_content(reader, buckets_size, mod, dialect); !read)
        return std::unexpected(read.error());
    return mod;
}

void write_group_mod(Writer &writer, const GroupMod &mod, const Dialect &dialect) {
    writer.u16(k_commands[static_cast<std::size_t>(mod.command)]);
    writer.u8(static_cast<std::uint8_t>(mod.type));
    writer.zeros(1);
    writer.u32(mod.group);
    if (!has_bucket_properties(dialect.version))
        return write_buckets(writer, mod.buckets, mod.type, dialect);
    std::size_t size_at = writer.size();
    writer.zeros(4);
    writer.u32(mod.place);
    std::size_t buckets_at = writer.size();
    write_buckets(writer, mod.buckets, mod.type, dialect);
    writer.patch_length(size_at, buckets_at);
    write_group_properties(writer, mod.properties, dialect);
}

Answer<GroupDescRequest> read_group_desc_request(Reader &reader, const Dialect &dialect) {
    GroupDescRequest request;
    if (!has_bucket_properties(dialect.version))
        return request;
    request.group = reader.u32();
    reader.skip(4);
    return request;
}

void write_group_desc_request(Writer &writer, const GroupDescRequest &request,
                              const Dialect &dialect) {
    if (!has_bucket_properties(dialect.version))
        return;
    writer.u32(request.group);
    writer.zeros(4);
}

Answer<GroupDescription> read_group_desc(Reader &reader, const Dialect &dialect) {
    std::size_t begun = reader.position();
    std::size_t length = reader.u16();
    auto type = type_from(reader.u8());
    if (!type)
        return std::unexpected(type.error());
    reader.skip(1);
    GroupDescription group;
    group.type = *type;
    group.group = reader.u32();
    std::size_t buckets_size = 0;
    if (has_bucket_properties(dialect.version)) {
        buckets_size = reader.u16();
        reader.skip(6);
    }
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left())
        return model::refuse(Refusal::bad_length, fmt::format("a group of {} bytes", length));
    Reader content = reader.part(length - read);
    if (!has_bucket_properties(dialect.version))
        buckets_size = content.left();
    if (auto done = read_content(content, buckets_size, group, dialect); !done)
        return std::unexpected(done.error());
    return group;
}

void write_group_desc(Writer &writer, const GroupDescription &group, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u8(static_cast<std::uint8_t>(group.type));
    writer.zeros(1);
    writer.u32(group.group);
    if (has_bucket_properties(dialect.version)) {
        std::size_t size_at = writer.size();
        writer.zeros(8);
        std::size_t buckets_at = writer.size();
        write_buckets(writer, group.buckets, group.type, dialect);
        writer.patch_length(size_at, buckets_at);
        write_group_properties(writer, group.properties, dialect);
    } else {
        write_buckets(writer, group.buckets, group.type, dialect);
    }
    writer.patch_length(begun, begun);
}

Answer<GroupStatsRequest> read_group_stats_request(Reader &reader, const Dialect &) {
    GroupStatsRequest request{reader.u32()};
    reader.skip(4);
    return request;
}

void write_group_stats_request(Writer &writer, const GroupStatsRequest &request, const Dialect &) {
    writer.u32(request.group);
    writer.zeros(4);
}

Answer<GroupStats> read_group_stats(Reader &reader, const Dialect &dialect) {
    std::size_t begun = reader.position();
    std::size_t length = reader.u16();
    reader.skip(2);
    GroupStats stats;
    stats.group = reader.u32();
    stats.references = reader.u32();
    reader.skip(4);
    stats.counters = read_counters(reader);
    if (has_duration(dialect.version))
        stats.duration = read_duration(reader);
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left() || (length - read) % 16)
        return model::refuse(Refusal::bad_length, fmt::format("a group of {} bytes", length));
    Reader buckets = reader.part(length - read);
    while (buckets.left() > 0)
        stats.buckets.push_back(read_counters(buckets));
    return stats;
}

void write_group_stats(Writer &writer, const GroupStats &stats, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.zeros(4);
    writer.u32(stats.group);
    writer.u32(stats.references);
    writer.zeros(4);
    write_counters(writer, stats.counters);
    if (has_duration(dialect.version))
        write_duration(writer, stats.duration);
    for (const auto &bucket : stats.buckets)
        write_counters(writer, bucket);
    writer.patch_length(begun, begun);
}

Answer<GroupFeatures> read_group_features(Reader &reader, const Dialect &) {
    GroupFeatures features;
    features.types = reader.u32();
    features.capabilities = reader.u32();
    for (auto &maximum : features.max_groups)
        maximum = reader.u32();
    for (auto &actions : features.actions)
        actions = reader.u32();
    return features;
}

void write_group_features(Writer &writer, const GroupFeatures &features, const Dialect &) {
    writer.u32(features.types);
    writer.u32(features.capabilities);
    for (auto maximum : features.max_groups)
        writer.u32(maximum);
    for (auto actions : features.actions)
        writer.u32(actions);
}

} // namespace bvs::wire
