// SPDX-License-Identifier: Apache-2.0
#include "switch/of_record.h"

#include "ofagent/wire/codec.h"

#include <cstring>

namespace bvs::daemon {

namespace {

constexpr wire::Dialect k_dialect{.version = wire::Version::of15};

// As About lies in a record.
struct Opening {
    std::int64_t created;
    std::uint32_t bridge;
    std::uint32_t priority;
};
static_assert(sizeof(Opening) == 16 && std::has_unique_object_representations_v<Opening>);

std::vector<std::uint8_t> put(const About &about, wire::Body body) {
    const Opening opening{about.created.count(), about.bridge, about.priority};
    std::vector<std::uint8_t> record(sizeof opening);
    std::memcpy(record.data(), &opening, sizeof opening);
    const auto message = wire::encode({.body = std::move(body)}, k_dialect);
    record.insert(record.end(), message.begin(), message.end());
    return record;
}

// Records are kept in cells; the message says how long it is.
template <class Mod, class Recorded>
std::optional<Recorded> take(std::span<const std::uint8_t> record) {
    const auto about = recorded_about(record);
    if (!about)
        return std::nullopt;
    record = record.subspan(sizeof(Opening));
    const auto header = wire::read_header(record);
    if (!header || header->length > record.size())
        return std::nullopt;
    auto message = wire::decode(record.first(header->length), k_dialect);
    if (!message || !std::holds_alternative<Mod>(message->body))
        return std::nullopt;
    return Recorded{*about, std::get<Mod>(std::move(message->body))};
}

} // namespace

std::optional<About> recorded_about(std::span<const std::uint8_t> record) {
    Opening opening;
    if (record.size() < sizeof opening)
        return std::nullopt;
    std::memcpy(&opening, record.data(), sizeof opening);
    return About{std::chrono::nanoseconds(opening.created), opening.bridge, opening.priority};
}

std::vector<std::uint8_t> record_of(const model::Flow &flow, std::uint32_t bridge) {
    return put({flow.created, bridge}, model::FlowMod{.table = flow.table,
                                                      .priority = flow.priority,
                                                      .match = flow.match.match(),
                                                      .instructions = *flow.instructions,
                                                      .cookie = flow.cookie,
                                                      .idle_timeout = flow.idle_timeout,
                                                      .hard_timeout = flow.hard_timeout,
                                                      .flags = flow.flags,
                                                      .importance = flow.importance});
}

std::vector<std::uint8_t> record_of(const model::Group &group, std::uint32_t bridge) {
    const auto &description = group.description;
    return put({group.created, bridge}, model::GroupMod{.type = description.type,
                                                        .group = description.group,
                                                        .buckets = description.buckets,
                                                        .properties = description.properties});
}

std::vector<std::uint8_t> record_of(const HiddenFlow &flow, const About &about) {
    return put(about, model::FlowMod{.match = flow.match});
}

std::vector<std::uint8_t> record_of(const model::TlvTable &table, std::uint32_t bridge) {
    return put({.bridge = bridge}, model::TlvMod{.mappings = table.mappings()});
}

std::vector<std::uint8_t> record_of(const model::Meter &meter, std::uint32_t bridge) {
    return put({meter.created, bridge}, model::MeterMod{.config = meter.config});
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

std::optional<RecordedTlvTable> recorded_tlv_table(std::span<const std::uint8_t> record) {
    return take<model::TlvMod, RecordedTlvTable>(record);
}

} // namespace bvs::daemon
