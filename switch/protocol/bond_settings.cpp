// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond_settings.h"

#include <limits>

namespace bvs::protocol {

namespace {

constexpr std::uint32_t k_default_interval = 10'000, k_least_interval = 1'000;
constexpr std::uint32_t k_most = std::numeric_limits<std::int32_t>::max();

BondMode mode_named(std::string_view name, std::string_view port, model::Warnings &warnings) {
    for (const auto mode : {BondMode::active_backup, BondMode::balance_slb, BondMode::balance_tcp})
        if (to_string(mode) == name)
            return mode;
    if (!name.empty())
        warnings.push_back(fmt::format("port {}: bond_mode is \"{}\", not active-backup, "
                                       "balance-slb or balance-tcp; using active-backup",
                                       port, name));
    return BondMode::active_backup;
}

Milliseconds delay(std::int64_t wish) {
    return Milliseconds(std::clamp<std::int64_t>(wish, 0, k_most));
}

} // namespace

BondSettings settle(const BondRequest &request, model::Warnings &warnings) {
    model::Settings settings(request.other_config, fmt::format("port {}", request.port), warnings);
    BondSettings bond;
    bond.name = request.port;
    bond.mode = mode_named(request.mode, request.port, warnings);
    bond.updelay = delay(request.updelay);
    bond.downdelay = delay(request.downdelay);
    const auto interval =
        settings.number("bond-rebalance-interval", 0, k_most).value_or(k_default_interval);
    bond.rebalance_interval = Milliseconds(interval ? std::max(interval, k_least_interval) : 0);
    bond.primary = settings.text("bond-primary");
    bond.last_active = model::parse_mac(request.last_active).value_or(model::Mac{});
    bond.fallback_active_backup = settings.flag("lacp-fallback-ab");
    bond.all_members_active = settings.flag("all-members-active");
    bond.hash_basis = settings.number("bond-hash-basis", 0, k_most).value_or(0);
    return bond;
}

} // namespace bvs::protocol
