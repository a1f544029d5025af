// SPDX-License-Identifier: Apache-2.0
#include "ofagent/wire/async.h"

#include "ofagent/wire/property.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <ranges>

namespace bvs::wire {

using model::Answer;
using model::Refusal;

namespace {

// Of OFPACPT_* types the even ones are for slaves; pairs come in this order.
constexpr std::array k_kinds = {&AsyncConfig::packet_in,    &AsyncConfig::port_status,
                                &AsyncConfig::flow_removed, &AsyncConfig::role_status,
                                &AsyncConfig::table_status, &AsyncConfig::requestforward};
// Reasons that there are.
constexpr std::array<std::uint32_t, k_kinds.size()> k_reasons = {0x3f, 0x7, 0x3f, 0x7, 0x18, 0x3};
// As OpenFlow 1.3 has them: master and equal before slave.
constexpr std::array<std::uint16_t, 6> k_plain = {1, 0, 3, 2, 5, 4};

std::uint32_t &mask_of(AsyncConfig &config, std::uint16_t type) {
    return (config.*k_kinds[type / 2])[type % 2 == 0];
}

} // namespace

bool is_plain_async(const SetAsync &set) {
    return std::ranges::equal(set.properties, k_plain, {},
                              [](const auto &property) { return property.first; });
}

Answer<SetAsync> read_plain_async(Reader &reader, const Dialect &) {
    SetAsync set;
    for (auto type : k_plain)
        set.properties.emplace_back(type, reader.u32());
    return set;
}

void write_plain_async(Writer &writer, const SetAsync &set, const Dialect &) {
    for (const auto &property : set.properties)
        writer.u32(property.second);
}

Answer<SetAsync> read_async_properties(Reader &reader, const Dialect &) {
    SetAsync set;
    auto read = read_properties(reader, [&](Property &property) -> Answer<> {
        if (property.type / 2u >= k_kinds.size())
            return model::refuse(Refusal::async_unsupported,
                                 fmt::format("asynchronous property {}", property.type));
        std::uint32_t mask = property.body.u32();
        if (mask & ~k_reasons[property.type / 2u])
            return model::refuse(
                Refusal::async_invalid,
                fmt::format("asynchronous property {}: reasons {:#x}", property.type, mask));
        set.properties.emplace_back(property.type, mask);
        return {};
    });
    if (!read)
        return std::unexpected(read.error());
    return set;
}

void write_async_properties(Writer &writer, const SetAsync &set, const Dialect &) {
    for (const auto &[type, mask] : set.properties) {
        std::size_t property = begin_property(writer, type);
        writer.u32(mask);
        end_property(writer, property);
    }
}

Answer<GetAsyncReply> read_get_async_reply(Reader &reader, const Dialect &dialect) {
    auto set = dialect.version < Version::of14 ? read_plain_async(reader, dialect)
                                               : read_async_properties(reader, dialect);
    if (!set)
        return std::unexpected(set.error());
    GetAsyncReply reply;
    for (const auto &[type, mask] : set->properties)
        mask_of(reply.config, type) = mask;
    return reply;
}

void write_get_async_reply(Writer &writer, const GetAsyncReply &reply, const Dialect &dialect) {
    AsyncConfig config = reply.config;
    SetAsync set;
    if (dialect.version < Version::of14) {
        for (auto type : k_plain)
            set.properties.emplace_back(type, mask_of(config, type));
        return write_plain_async(writer, set, dialect);
    }
    for (const auto type : std::views::iota(std::uint16_t{0}, std::uint16_t{2 * k_kinds.size()}))
        set.properties.emplace_back(type, mask_of(config, type));
    write_async_properties(writer, set, dialect);
}

} // namespace bvs::wire
