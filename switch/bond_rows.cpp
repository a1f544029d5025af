// SPDX-License-Identifier: Apache-2.0
#include "switch/bond_rows.h"

namespace bvs::daemon {

namespace {

constexpr std::uint32_t k_poll = 200, k_least_poll = 10, k_most_poll = 60'000; // milliseconds

std::optional<protocol::Milliseconds>
poll_of(const std::string &port, const model::StringMap &other_config, model::Warnings &warnings) {
    model::Settings settings(other_config, "port " + port, warnings);
    const auto interval = settings.number("bond-miimon-interval", k_least_poll, k_most_poll);
    const auto mode = settings.text("bond-detect-mode");
    if (mode == "miimon")
        return protocol::Milliseconds(interval.value_or(k_poll));
    if (!mode.empty() && mode != "carrier")
        settings.warn("bond-detect-mode", "is neither carrier nor miimon; using carrier");
    return std::nullopt;
}

} // namespace

std::optional<BondRow> read_bond(const ovsdb::Replica &replica, const std::string &port,
                                 const model::Mac &bridge_mac) {
    const auto found = replica.find("Port", "name", port);
    if (!found)
        return std::nullopt;
    const auto &row = *found;
    const auto other_config = row["other_config"].smap();
    BondRow bond{.row = row.uuid()};
    for (const auto &uuid : row["interfaces"].uuids())
        if (const auto interface = replica.row("Interface", uuid))
            bond.members[(*interface)["name"].string()] = {
                .row = uuid, .other_config = (*interface)["other_config"].smap()};
    if (bond.members.size() > 1)
        bond.bond = protocol::settle({.port = port,
                                      .mode = row["bond_mode"].string(),
                                      .updelay = row["bond_updelay"].integer().value_or(0),
                                      .downdelay = row["bond_downdelay"].integer().value_or(0),
                                      .last_active = row["bond_active_slave"].string(),
                                      .other_config = other_config},
                                     bond.warnings);
    bond.lacp = protocol::settle({.port = port,
                                  .lacp = row["lacp"].string(),
                                  .other_config = other_config,
                                  .interfaces = bond.members.size(),
                                  .bridge_mac = bridge_mac},
                                 bond.warnings);
    bond.poll = poll_of(port, other_config, bond.warnings);
    if (!bond.bond && !bond.lacp)
        return std::nullopt;
    return bond;
}

} // namespace bvs::daemon
