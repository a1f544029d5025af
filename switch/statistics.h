// SPDX-License-Identifier: Apache-2.0
//
// The column Interface.statistics: the datapath's counters, and what the netdev says of errors.
#pragma once

#include "maps/abi.h"
#include "ovsdb/replica.h"
#include "ovsdb/transaction.h"
#include "switch/host/link.h"
#include "switch/port_table.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace bvs::daemon {

struct PortTotals {
    std::uint64_t rx_packets = 0;
    std::uint64_t rx_bytes = 0;
    std::uint64_t rx_dropped = 0; // the switch's own drops, by the side that BVS_DROP_REASONS says
    std::uint64_t tx_packets = 0;
    std::uint64_t tx_bytes = 0;
    std::uint64_t tx_dropped = 0;
};

PortTotals totals(const bvs_port_counters &counters);

using StatisticsMap = std::map<std::string, std::int64_t>;

// Keys as Open vSwitch names them.
StatisticsMap statistics_of(const bvs_port_counters &counters, const host::LinkStatistics &netdev);

class Statistics {
  public:
    using NetdevStatistics = std::function<host::LinkStatistics(const LivePort &)>;

    // Those of all ports that changed since the last time; nothing if none did.
    std::optional<ovsdb::Transaction> collect(const ovsdb::Replica &replica, PortTable &table,
                                              const NetdevStatistics &netdev_statistics);
    void forget_all() { written_.clear(); }

  private:
    std::map<ovsdb::Uuid, StatisticsMap> written_; // by row
};

} // namespace bvs::daemon
