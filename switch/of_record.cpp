// SPDX-License-Identifier: Apache-2.0
#include "switch/of_record.h"

#include "ofagent/wire/codec.h"

#include <cstring>

namespace bvs::daemon {

namespace {

constexpr wire::Dialect k_dialect{.version = wire::Version::of15};

std::vector<std::uint8_t> put(std::chrono::nanoseconds created, wire::Body body) {
    const std::int64_t time = created.count();
    std::vector<std::uint8_t> record(sizeof time);
    std::memcpy(record.data(), &time, sizeof time);
    const auto message = wire::encode({.body = std::move(body)}, k_dialect);
    record.insert(record.end(), message.begin(), message.end());
    return record;
}

// Records are kept in cells; the message says how long it is.
template <class Mod, class Recorded>
std::optional<Recorded> take(std::span<const std::uint8_t> record) {
    std::int64_t time = 0;
    if (record.size() < sizeof time)
        return std::nullopt;
    std::memcpy(&time, record.data(), sizeof time);
    record = record.subspan(sizeof time);
    const auto header = wire::read_header(record);
    if (!header || header->length > record.size())
        return std::nullopt;
    auto message = wire::decode(record.first(header->length), k_dialect);
    if (!message || !std::holds_alternative<Mod>(message->body))
        return std::nullopt;
    return Recorded{std::get<Mod>(std::move(message->body)), std::chrono::nanoseconds(time)};
}

} // namespace

std::vector<std::uint8_t> record_of(const model::Flow &flow) {
    return put(flow.created, model::FlowMod{.table = flow.table,
                                            .priority = flow.priority,
                                            .match = flow.match.match(),
                                            .instructions = *flow.instructions,
                                            .cookie = flow.cookie,
                                            .idle_timeout = flow.idle_timeout,
                                            .hard_timeout = flow.hard_timeout,
                                            .flags = flow.flags,
                                            .importance = flow.importance});
}

std::vector<std::uint8_t> record_of(const model::Group &group) {
    const auto &description = group.description;
    return put(group.created, model::GroupMod{.type = description.type,
                                              .group = description.group,
                                              .buckets = description.buckets,
                                              .properties = description.properties});
}

std::vector<std::uint8_t> record_of(const model::Meter &meter) {
    return put(meter.created, model::MeterMod{.config = meter.config});
}

std::optional<RecordedFlow> recorded_flow(std::span<const std::uint8_t> record) {
    return take<model::FlowMod, RecordedFlow>(record);
}

std::optional<RecordedGroup> recorded_group(std::span<const std::uint8_t> record) {
    return take<model::GroupMod, RecordedGroup>(record);
}

std::optional<RecordedMeter> recorded_meter(std::span<const std::uint8_t> record) {
    return take<model::MeterMod, RecordedMeter>(record);
}

} // namespace bvs::daemon
