// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond.h"

#include <algorithm>
#include <fmt/ranges.h>

namespace bvs::protocol {

namespace {

std::string_view to_string(LacpStatus status) {
    switch (status) {
    case LacpStatus::off:
        return "off";
    case LacpStatus::configured:
        return "configured";
    case LacpStatus::negotiated:
        return "negotiated";
    }
    return "";
}

auto milliseconds(Time::duration span) {
    return std::max<std::int64_t>(std::chrono::duration_cast<Milliseconds>(span).count(), 0);
}

} // namespace

std::string_view to_string(BondMode mode) {
    switch (mode) {
    case BondMode::active_backup:
        return "active-backup";
    case BondMode::balance_slb:
        return "balance-slb";
    case BondMode::balance_tcp:
        return "balance-tcp";
    }
    return "";
}

std::vector<PortId> Bond::by_name() const {
    std::vector<PortId> sorted;
    for (const auto &[id, member] : members_)
        sorted.push_back(id);
    std::ranges::sort(sorted, {}, [&](PortId id) { return members_.at(id).who.name; });
    return sorted;
}

// Neither recirculation nor lb_output exists here, so what is said of them never changes.
std::string Bond::show(Time now) const {
    auto text = fmt::format("---- {} ----\n"
                            "bond_mode: {}\n"
                            "bond may use recirculation: no, Recirc-ID : -1\n"
                            "bond-hash-basis: {}\n"
                            "lb_output action: disabled, bond-id: -1\n",
                            settings_.name, to_string(settings_.mode), settings_.hash_basis);
    if (settings_.mode == BondMode::balance_slb)
        text += fmt::format("all members active: {}\n", settings_.all_members_active);
    text += fmt::format("updelay: {} ms\ndowndelay: {} ms\n", settings_.updelay.count(),
                        settings_.downdelay.count());
    if (balances())
        text += fmt::format("next rebalance: {} ms\n", milliseconds(next_rebalance_ - now));
    text += fmt::format("lacp_status: {}\n"
                        "lacp_fallback_ab: {}\n"
                        "active-backup primary: {}\n"
                        "active member mac: {}({})\n\n",
                        to_string(lacp_), settings_.fallback_active_backup,
                        settings_.primary.empty() ? "<none>" : settings_.primary,
                        model::to_string(active_mac().value_or(model::Mac{})),
                        active_ ? members_.at(*active_).who.name : "none");
    for (const PortId id : by_name())
        text += member_text(id, now);
    return text;
}

std::string Bond::member_text(PortId id, Time now) const {
    const auto &member = members_.at(id);
    auto text =
        fmt::format("member {}: {}\n", member.who.name, member.enabled ? "enabled" : "disabled");
    if (active_ == id)
        text += "  active member\n";
    if (member.changes_at)
        text += fmt::format("  {} expires in {} ms\n", member.enabled ? "downdelay" : "updelay",
                            milliseconds(*member.changes_at - now));
    text += fmt::format("  may_enable: {}\n", member.usable);
    for (std::size_t bucket = 0; balances() && bucket < BondBuckets::k_count; bucket++) {
        const auto kilobytes = buckets_.load(bucket) / 1024;
        if (buckets_.member(bucket) == id && kilobytes > 0)
            text += fmt::format("  hash {}: {} kB load\n", bucket, kilobytes);
    }
    return text + "\n";
}

std::string Bond::list_row() const {
    std::vector<std::string_view> names;
    for (const PortId id : by_name())
        names.emplace_back(members_.at(id).who.name);
    return fmt::format("{}\t{}\t0\t{}\n", settings_.name, to_string(settings_.mode),
                       fmt::join(names, ", "));
}

} // namespace bvs::protocol
