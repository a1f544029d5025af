// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/bucket.h"

#include "ofagent/wire/action.h"
#include "ofagent/wire/property.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::wire {

using model::Answer;
using model::Bucket;
using model::GroupType;
using model::Refusal;

namespace {

constexpr std::uint16_t k_weight = 0; // OFPGBPT_*
constexpr std::uint16_t k_watch_port = 1;
constexpr std::uint16_t k_watch_group = 2;

std::unexpected<model::OpenFlowError> bad_bucket(std::string why) {
    return model::refuse(Refusal::group_bad_bucket, std::move(why));
}

Answer<> read_actions_into(Bucket &bucket, Reader reader, const Dialect &dialect) {
    auto actions = read_actions(reader, dialect);
    if (!actions)
        return std::unexpected(actions.error());
    bucket.actions = std::move(*actions);
    return {};
}

Answer<Bucket> read_plain(Reader &reader, const Dialect &dialect) {
    std::size_t begun = reader.position();
    std::size_t length = reader.u16();
    Bucket bucket;
    bucket.weight = reader.u16();
    bucket.watch_port = reader.u32();
    bucket.watch_group = reader.u32();
    reader.skip(4);
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left())
        return bad_bucket(fmt::format("a bucket of {} bytes", length));
    if (auto done = read_actions_into(bucket, reader.part(length - read), dialect); !done)
        return std::unexpected(done.error());
    return bucket;
}

void write_plain(Writer &writer, const Bucket &bucket, const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.u16(0);
    writer.u16(bucket.weight);
    writer.u32(bucket.watch_port);
    writer.u32(bucket.watch_group);
    writer.zeros(4);
    write_actions(writer, bucket.actions, dialect);
    writer.patch_length(begun, begun);
}

Answer<> read_bucket_properties(Bucket &bucket, Reader reader) {
    return read_properties(reader, [&](Property &property) -> Answer<> {
        switch (property.type) {
        case k_weight:
            bucket.weight = property.body.u16();
            return {};
        case k_watch_port:
            bucket.watch_port = property.body.u32();
            return {};
        case k_watch_group:
            bucket.watch_group = property.body.u32();
            return {};
        default:
            return model::refuse(Refusal::features_bad_type,
                                 fmt::format("bucket property {}", property.type));
        }
    });
}

Answer<Bucket> read_numbered(Reader &reader, GroupType type, const Dialect &dialect) {
    std::size_t begun = reader.position();
    std::size_t length = reader.u16();
    std::size_t actions = reader.u16();
    Bucket bucket;
    bucket.id = reader.u32();
    bucket.weight = type == GroupType::select ? 1 : 0;
    std::size_t read = reader.position() - begun;
    if (!reader.ok() || length < read || length - read > reader.left() || actions > length - read)
        return bad_bucket(
            fmt::format("a bucket of {} bytes with {} bytes of actions", length, actions));
    if (bucket.id > model::bucket_place::max)
        return bad_bucket(fmt::format("bucket number {:#x}", bucket.id));
    if (auto done = read_actions_into(bucket, reader.part(actions), dialect); !done)
        return std::unexpected(done.error());
    if (auto done = read_bucket_properties(bucket, reader.part(length - read - actions)); !done)
        return std::unexpected(done.error());
    return bucket;
}

void write_numbered(Writer &writer, const Bucket &bucket, std::uint32_t id, GroupType type,
                    const Dialect &dialect) {
    std::size_t begun = writer.size();
    writer.zeros(4);
    writer.u32(id);
    std::size_t actions = writer.size();
    write_actions(writer, bucket.actions, dialect);
    writer.patch_length(begun + 2, actions);
    auto watch = [&](std::uint16_t property_type, std::uint32_t whom) {
        std::size_t property = begin_property(writer, property_type);
        writer.u32(whom);
        end_property(writer, property);
    };
    if (type == GroupType::select || bucket.weight) {
        std::size_t property = begin_property(writer, k_weight);
        writer.u16(bucket.weight);
        writer.zeros(2); // which the length counts
        end_property(writer, property);
    }
    if (bucket.watch_port != model::port::any)
        watch(k_watch_port, bucket.watch_port);
    if (bucket.watch_group != model::k_any_group)
        watch(k_watch_group, bucket.watch_group);
    writer.patch_length(begun, begun);
}

bool numbers_differ(const std::vector<Bucket> &buckets) {
    std::vector<std::uint32_t> numbers;
    for (const auto &bucket : buckets)
        numbers.push_back(bucket.id);
    std::ranges::sort(numbers);
    return std::ranges::adjacent_find(numbers) == numbers.end();
}

} // namespace

Answer<std::vector<Bucket>> read_buckets(Reader &reader, GroupType type, const Dialect &dialect) {
    bool numbered = has_bucket_properties(dialect.version);
    std::vector<Bucket> buckets;
    while (reader.left() > 0) {
        auto bucket = numbered ? read_numbered(reader, type, dialect) : read_plain(reader, dialect);
        if (!bucket)
            return std::unexpected(bucket.error());
        buckets.push_back(std::move(*bucket));
    }
    if (numbered && !numbers_differ(buckets))
        return bad_bucket("two buckets with the same number");
    return buckets;
}

void write_buckets(Writer &writer, const std::vector<Bucket> &buckets, GroupType type,
                   const Dialect &dialect) {
    std::uint32_t place = 0;
    for (const auto &bucket : buckets) {
        bool unnumbered = bucket.id == model::bucket_place::all;
        if (has_bucket_properties(dialect.version))
            write_numbered(writer, bucket, unnumbered ? place : bucket.id, type, dialect);
        else
            write_plain(writer, bucket, dialect);
        place++;
    }
}

} // namespace bvs::wire
