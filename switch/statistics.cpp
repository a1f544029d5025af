// SPDX-License-Identifier: Apache-2.0
#include "switch/statistics.h"

namespace bvs::daemon {

namespace {

struct Sides {
    std::uint64_t rx = 0;
    std::uint64_t tx = 0;
};

Sides sum_drops(const bvs_port_counters &counters) {
    Sides sides;
#define BVS_ADD_DROPS(identifier, name, side, text)                                                \
    sides.side += counters.drops[BVS_DROP_##identifier];
    BVS_DROP_REASONS(BVS_ADD_DROPS)
#undef BVS_ADD_DROPS
    return sides;
}

} // namespace

PortTotals totals(const bvs_port_counters &counters) {
    const auto drops = sum_drops(counters);
    return {.rx_packets = counters.rx_packets,
            .rx_bytes = counters.rx_bytes,
            .rx_dropped = drops.rx,
            .tx_packets = counters.tx_packets,
            .tx_bytes = counters.tx_bytes,
            .tx_dropped = drops.tx};
}

StatisticsMap statistics_of(const bvs_port_counters &counters, const host::LinkStatistics &netdev) {
    const auto sum = totals(counters);
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    return {{"rx_packets", number(sum.rx_packets)},
            {"rx_bytes", number(sum.rx_bytes)},
            {"rx_dropped", number(sum.rx_dropped + netdev.rx_dropped)},
            {"rx_errors", number(netdev.rx_errors)},
            {"rx_frame_err", number(netdev.rx_frame_err)},
            {"rx_over_err", number(netdev.rx_over_err)},
            {"rx_crc_err", number(netdev.rx_crc_err)},
            {"rx_missed_errors", number(netdev.rx_missed_errors)},
            {"tx_packets", number(sum.tx_packets)},
            {"tx_bytes", number(sum.tx_bytes)},
            {"tx_dropped", number(sum.tx_dropped + netdev.tx_dropped)},
            {"tx_errors", number(netdev.tx_errors)},
            {"collisions", number(netdev.collisions)}};
}

std::optional<ovsdb::Transaction> Statistics::collect(const ovsdb::Replica &replica,
                                                      PortTable &table,
                                                      const NetdevStatistics &netdev_statistics) {
    ovsdb::Transaction transaction;
    transaction.assert_lock("ovs_vswitchd");
    std::map<ovsdb::Uuid, StatisticsMap> now;
    for (const auto &[name, port] : table.ports()) {
        const auto row = replica.find("Interface", "name", name);
        const auto counters = table.maps().port_counters.get(port.number());
        if (!row || !counters)
            continue;
        const auto &map = now[row->uuid()] = statistics_of(*counters, netdev_statistics(port));
        if (const auto known = written_.find(row->uuid());
            known == written_.end() || known->second != map)
            transaction.update("Interface", row->uuid(), {{"statistics", map}});
    }
    written_ = std::move(now);
    return transaction.size() > 1 ? std::optional(std::move(transaction)) : std::nullopt;
}

} // namespace bvs::daemon
