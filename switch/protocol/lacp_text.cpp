// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/lacp.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace bvs::protocol {

namespace {

std::string state_names(std::uint8_t state) {
    static constexpr std::array<std::string_view, 8> k_names = {
        "activity",   "timeout",      "aggregation", "synchronized",
        "collecting", "distributing", "defaulted",   "expired"};
    std::string text;
    for (std::size_t bit = 0; bit < k_names.size(); bit++)
        if (state >> bit & 1)
            text += fmt::format(" {}", k_names[bit]);
    return text;
}

std::string party_text(std::string_view who, const LacpParty &party) {
    return fmt::format("\n  {0} sys_id: {1}\n"
                       "  {0} sys_priority: {2}\n"
                       "  {0} port_id: {3}\n"
                       "  {0} port_priority: {4}\n"
                       "  {0} key: {5}\n"
                       "  {0} state:{6}\n",
                       who, model::to_string(party.system), party.system_priority, party.port,
                       party.port_priority, party.key, state_names(party.state));
}

template <class Members>
auto sorted(const Members &members) {
    std::vector<const typename Members::mapped_type *> sorted;
    for (const auto &[id, member] : members)
        sorted.push_back(&member);
    std::ranges::sort(sorted, {}, [](const auto *member) { return member->settings.name; });
    return sorted;
}

} // namespace

std::string Lacp::show(std::string_view name) const {
    auto text = fmt::format("---- {} ----\n"
                            "  status: {}{}\n"
                            "  sys_id: {}\n"
                            "  sys_priority: {}\n"
                            "  aggregation key: {}\n"
                            "  lacp_time: {}\n",
                            name, settings_.active ? "active" : "passive",
                            negotiated_ ? " negotiated" : "", model::to_string(settings_.system),
                            settings_.priority, default_key(), settings_.fast ? "fast" : "slow");
    for (const auto *member : sorted(members_)) {
        const auto status = member->status == Status::current   ? "current"
                            : member->status == Status::expired ? "expired"
                                                                : "defaulted";
        text +=
            fmt::format("\nmember: {}: {} {}\n"
                        "  port_id: {}\n"
                        "  port_priority: {}\n"
                        "  may_enable: {}\n",
                        member->settings.name, status, member->attached ? "attached" : "detached",
                        member->settings.port, member->settings.priority, may_carry(*member));
        text += party_text("actor", actor(*member)) + party_text("partner", member->partner);
    }
    return text;
}

std::string Lacp::show_statistics(std::string_view name) const {
    auto text = fmt::format("---- {} statistics ----\n", name);
    for (const auto *member : sorted(members_)) {
        const auto &counted = member->statistics;
        text += fmt::format("\nmember: {}:\n"
                            "  TX PDUs: {}\n"
                            "  RX PDUs: {}\n"
                            "  RX Bad PDUs: {}\n"
                            "  RX Marker Request PDUs: {}\n"
                            "  Link Expired: {}\n"
                            "  Link Defaulted: {}\n"
                            "  Carrier Status Changed: {}\n",
                            member->settings.name, counted.sent, counted.received, counted.bad,
                            counted.markers, counted.expired, counted.defaulted,
                            counted.carrier_changes);
    }
    return text;
}

} // namespace bvs::protocol
