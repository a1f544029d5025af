// SPDX-License-Identifier: Apache-2.0
#include "switch/fdb_view.h"

#include <algorithm>
#include <tuple>

namespace bvs::daemon {

namespace {

std::uint64_t age(const maps::FdbEntry &entry, std::uint32_t now) {
    if (entry.is_static() || entry.seen >= now)
        return 0;
    return (static_cast<std::uint64_t>(now - entry.seen) << BVS_TICK_SHIFT) / 1'000'000'000;
}

} // namespace

std::vector<KnownAddress> list_addresses(PortTable &table, const LiveBridge &bridge) {
    std::vector<KnownAddress> addresses;
    const auto now = maps::Fdb::now();
    for (const auto &entry : table.maps().fdb.list(bridge.number))
        if (const auto *port = table.port_of_number(entry.port))
            addresses.push_back({.port = port,
                                 .vlan = entry.vid,
                                 .mac = model::to_mac(entry.mac),
                                 .age_seconds = age(entry, now),
                                 .is_static = entry.is_static()});
    std::ranges::sort(addresses, {}, [](const KnownAddress &address) {
        return std::tuple(address.vlan, address.mac);
    });
    return addresses;
}

} // namespace bvs::daemon
