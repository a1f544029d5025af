// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_message_text.h"

#include "ctl/of_client.h"
#include "ofagent/text/flow.h"
#include "ofagent/text/group.h"
#include "ofagent/text/match.h"
#include "ofagent/text/meter.h"

#include <algorithm>
#include <array>
#include <concepts>

namespace bvs::ctl {

namespace {

// Each at its place among the alternatives of Body.
constexpr auto k_names = std::to_array<std::string_view>({"HELLO",
                                                          "ERROR",
                                                          "ECHO_REQUEST",
                                                          "ECHO_REPLY",
                                                          "FEATURES_REQUEST",
                                                          "FEATURES_REPLY",
                                                          "GET_CONFIG_REQUEST",
                                                          "GET_CONFIG_REPLY",
                                                          "SET_CONFIG",
                                                          "PACKET_IN",
                                                          "FLOW_REMOVED",
                                                          "PORT_STATUS",
                                                          "PACKET_OUT",
                                                          "FLOW_MOD",
                                                          "GROUP_MOD",
                                                          "PORT_MOD",
                                                          "TABLE_MOD",
                                                          "METER_MOD",
                                                          "BARRIER_REQUEST",
                                                          "BARRIER_REPLY",
                                                          "ROLE_REQUEST",
                                                          "ROLE_REPLY",
                                                          "ROLE_STATUS",
                                                          "TABLE_STATUS",
                                                          "GET_ASYNC_REQUEST",
                                                          "GET_ASYNC_REPLY",
                                                          "SET_ASYNC",
                                                          "BUNDLE_CONTROL",
                                                          "BUNDLE_ADD_MESSAGE",
                                                          "SET_FLOW_FORMAT",
                                                          "SET_TABLE_ID_IN_COMMAND",
                                                          "SET_PACKET_IN_FORMAT",
                                                          "SET_CONTROLLER_ID",
                                                          "QUEUE_GET_CONFIG_REQUEST",
                                                          "QUEUE_GET_CONFIG_REPLY",
                                                          "FLOW_MONITOR_CANCEL",
                                                          "FLOW_MONITOR_PAUSE",
                                                          "DESC_REQUEST",
                                                          "DESC_REPLY",
                                                          "FLOW_STATS_REQUEST",
                                                          "FLOW_STATS_REPLY",
                                                          "AGGREGATE_STATS_REQUEST",
                                                          "AGGREGATE_STATS_REPLY",
                                                          "TABLE_STATS_REQUEST",
                                                          "TABLE_STATS_REPLY",
                                                          "TABLE_FEATURES_REQUEST",
                                                          "TABLE_FEATURES_REPLY",
                                                          "TABLE_DESC_REQUEST",
                                                          "TABLE_DESC_REPLY",
                                                          "PORT_STATS_REQUEST",
                                                          "PORT_STATS_REPLY",
                                                          "PORT_DESC_REQUEST",
                                                          "PORT_DESC_REPLY",
                                                          "QUEUE_STATS_REQUEST",
                                                          "QUEUE_STATS_REPLY",
                                                          "QUEUE_DESC_REQUEST",
                                                          "QUEUE_DESC_REPLY",
                                                          "GROUP_STATS_REQUEST",
                                                          "GROUP_STATS_REPLY",
                                                          "GROUP_DESC_REQUEST",
                                                          "GROUP_DESC_REPLY",
                                                          "GROUP_FEATURES_REQUEST",
                                                          "GROUP_FEATURES_REPLY",
                                                          "METER_STATS_REQUEST",
                                                          "METER_STATS_REPLY",
                                                          "METER_CONFIG_REQUEST",
                                                          "METER_CONFIG_REPLY",
                                                          "METER_FEATURES_REQUEST",
                                                          "METER_FEATURES_REPLY",
                                                          "FLOW_MONITOR_REQUEST",
                                                          "FLOW_MONITOR_REPLY",
                                                          "TLV_TABLE_MOD",
                                                          "TLV_TABLE_REQUEST",
                                                          "TLV_TABLE_REPLY"});
static_assert(k_names.size() == std::variant_size_v<wire::Body>);

constexpr std::array<std::string_view, 5> k_flow_commands{"add", "modify", "modify_strict",
                                                          "delete", "delete_strict"};
constexpr std::array<std::string_view, 6> k_group_commands{
    "add", "modify", "add_or_mod", "delete", "insert_bucket", "remove_bucket"};
constexpr std::array<std::string_view, 3> k_meter_commands{"add", "modify", "delete"};
constexpr std::array<std::string_view, 6> k_packet_in_reasons{"no_match",   "action", "invalid_ttl",
                                                              "action_set", "group",  "packet_out"};
constexpr std::array<std::string_view, 6> k_removed_reasons{
    "idle_timeout", "hard_timeout", "delete", "group_delete", "meter_delete", "eviction"};
constexpr std::array<std::string_view, 3> k_port_changes{"add", "delete", "modify"};
constexpr std::array<std::string_view, 4> k_roles{"nochange", "equal", "master", "slave"};
constexpr std::array<std::string_view, 8> k_bundle_steps{
    "open_request",   "open_reply",   "close_request",   "close_reply",
    "commit_request", "commit_reply", "discard_request", "discard_reply"};
constexpr std::array<std::string_view, 7> k_flow_events{
    "initial", "added", "removed", "modified", "abbreviated", "paused", "resumed"};

template <std::size_t N>
std::string_view name_at(const std::array<std::string_view, N> &names, auto number) {
    const auto index = static_cast<std::size_t>(number);
    return index < N ? names[index] : "?";
}

std::string hex(const model::Bytes &bytes) {
    return fmt::format("{:02x}", fmt::join(bytes, ""));
}

class Details {
  public:
    explicit Details(const text::Style &style) : style_(style) {}

    std::string operator()(const wire::Hello &hello) const {
        std::vector<std::string> versions;
        for (unsigned number = 1; number < 32; number++)
            if (hello.versions & 1U << number)
                versions.push_back(version_name(static_cast<wire::Version>(number)));
        return fmt::format("{}", fmt::join(versions, ", "));
    }
    std::string operator()(const wire::ErrorMessage &error) const { return describe(error); }
    std::string operator()(const wire::FeaturesReply &features) const {
        return fmt::format("datapath_id={:016x} tables={} buffers={}", features.datapath_id,
                           features.tables, features.buffers);
    }
    std::string operator()(const wire::SetConfig &set) const {
        return fmt::format("miss_send_len={}", set.config.miss_send_len);
    }
    std::string operator()(const model::FlowMod &mod) const {
        auto flow = as_flow(mod);
        auto text = text::format(flow, text::Detail::flow, style_);
        const bool removes = mod.command >= model::FlowCommand::remove;
        if (removes)
            text.erase(text.rfind("actions="));
        return fmt::format("{} {}", name_at(k_flow_commands, mod.command), text);
    }
    std::string operator()(const model::FlowRemoved &removed) const {
        return fmt::format("reason={} {}", name_at(k_removed_reasons, removed.reason),
                           text::format(removed.flow, text::Detail::statistics, style_));
    }
    std::string operator()(const model::PacketIn &packet) const {
        const auto metadata = text::format(packet.metadata, style_.ports);
        return fmt::format("reason={} table={} cookie={:#x} in_port={} total_len={} {}{}packet={}",
                           name_at(k_packet_in_reasons, packet.reason), packet.table, packet.cookie,
                           text::format_port(packet.in_port, style_.ports), packet.total_length,
                           metadata, metadata.empty() ? "" : " ", hex(packet.packet));
    }
    std::string operator()(const model::PacketOut &packet) const {
        return fmt::format("in_port={} packet={} actions={}",
                           text::format_port(packet.in_port, style_.ports), hex(packet.packet),
                           text::format(packet.actions, style_));
    }
    std::string operator()(const wire::PortStatus &status) const {
        const auto &port = status.port;
        return fmt::format("{} port={} name={} {}{}", name_at(k_port_changes, status.change),
                           text::format_port(port.number, text::nameless()), port.name,
                           port.config.down ? "down " : "",
                           port.state.link_down ? "link_down" : "link_up");
    }
    std::string operator()(const model::GroupMod &mod) const {
        return fmt::format(
            "{} {}", name_at(k_group_commands, mod.command),
            text::format(model::GroupDescription{mod.group, mod.type, mod.buckets, mod.properties},
                         style_));
    }
    std::string operator()(const model::MeterMod &mod) const {
        auto text = text::format(mod.config);
        std::ranges::replace(text, '\n', ' ');
        return fmt::format("{} {}", name_at(k_meter_commands, mod.command), text);
    }
    template <std::derived_from<wire::RoleMessage> RoleBody>
    std::string operator()(const RoleBody &role) const {
        return fmt::format("{}{}", name_at(k_roles, role.role),
                           role.generation ? fmt::format(" generation={}", *role.generation) : "");
    }
    std::string operator()(const wire::BundleControl &control) const {
        return fmt::format("bundle={} {}", control.bundle, name_at(k_bundle_steps, control.step));
    }
    std::string operator()(const wire::BundleAdd &add) const {
        if (!add.message)
            return fmt::format("bundle={}", add.bundle);
        return fmt::format("bundle={} {} {}", add.bundle, message_name(add.message->body),
                           message_details(add.message->body, style_));
    }
    std::string operator()(const wire::FlowStatsReply &reply) const {
        return fmt::format("flows={}", reply.flows.size());
    }
    std::string operator()(const wire::FlowMonitorReply &reply) const {
        std::vector<std::string> updates;
        for (const auto &update : reply.updates)
            updates.push_back(describe_update(update));
        return fmt::format("{}", fmt::join(updates, "; "));
    }
    template <class Other>
    std::string operator()(const Other &) const {
        return {};
    }

  private:
    static model::FlowStats as_flow(const model::FlowMod &mod) {
        return {.table = mod.table,
                .priority = mod.priority,
                .match = mod.match,
                .instructions = mod.instructions,
                .cookie = mod.cookie,
                .idle_timeout = mod.idle_timeout,
                .hard_timeout = mod.hard_timeout,
                .flags = mod.flags,
                .importance = mod.importance};
    }

    std::string describe_update(const wire::FlowUpdate &update) const {
        auto text = std::string(name_at(k_flow_events, update.event));
        if (update.event == wire::FlowEvent::abbreviated)
            return text + fmt::format(" xid={:#x}", update.xid);
        if (update.event == wire::FlowEvent::paused || update.event == wire::FlowEvent::resumed)
            return text;
        if (update.event == wire::FlowEvent::removed)
            text += fmt::format(" reason={}", name_at(k_removed_reasons, update.reason));
        return text + ' ' + text::format(update.flow, text::Detail::flow, style_);
    }

    const text::Style &style_;
};

} // namespace

std::string_view message_name(const wire::Body &body) {
    return k_names[body.index()];
}

std::string message_details(const wire::Body &body, const text::Style &style) {
    return std::visit(Details(style), body);
}

} // namespace bvs::ctl
