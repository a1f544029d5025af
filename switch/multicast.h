// SPDX-License-Identifier: Apache-2.0
//
// Multicast of bridges that snoop (Bridge.mcast_snooping_enable): from the database and from what
// hosts and routers say, by IGMP and MLD, to the datapath's lists (maps/multicast.h).
//
// What the daemon before this one had heard goes on, as if it was heard now. What cannot be
// configured, or has no room in the datapath and so goes everywhere, is told of in the log. A
// bridge with a querier (switch/protocol/querier.h) asks each second for what is due.
//
// One thread; what is handed over outlives it.
#pragma once

#include "maps/protocol.h"
#include "ovsdb/replica.h"
#include "switch/log.h"
#include "switch/multicast_keys.h"
#include "switch/port_table.h"
#include "switch/protocol/querier.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>

namespace bvs::daemon {

struct MulticastParts {
    PortTable &table;
    Logger log;
    std::function<model::Mac(const std::string &bridge)> mac_of; // of its local port
    // Into the bridge, as if from none of its ports, by NORMAL.
    std::function<Result<>(std::uint16_t bridge, const protocol::Bytes &frame)> send;
};

class Multicast {
  public:
    explicit Multicast(MulticastParts parts);

    // Makes snooping as the rows have it, once ports are as they are wanted.
    void follow(const ovsdb::Replica &replica);

    // A frame of IGMP or MLD. Lists are written by the next write().
    void receive(const bvs_protocol_frame &frame, std::span<const std::uint8_t> bytes);
    void write();
    void every_second();

    struct Counts { // of messages
        std::uint64_t reports = 0;
        std::uint64_t queries = 0;
        std::uint64_t routers = 0; // by other protocols than IGMP and MLD
        std::uint64_t malformed = 0;
        std::uint64_t asked = 0; // queries of our own
    };
    struct Live {
        Live(std::uint16_t bridge, const protocol::SnoopingSettings &settings)
            : number(bridge), snooping(settings) {}

        std::uint16_t number; // the bridge's
        protocol::Snooping snooping;
        std::optional<protocol::Querier> querier;
        std::map<protocol::PortId, std::set<protocol::SnoopingKey>> told; // static members
        Counts counts;
        std::string last_error;               // of what was malformed
        std::optional<std::uint64_t> written; // the revision that lists have
    };
    const std::map<std::string, Live, std::less<>> &bridges() const { return bridges_; }
    void flush(const std::string &bridge);

  private:
    using PortSettings = std::map<protocol::PortId, protocol::SnoopingPort>;

    void drop_others(const std::set<std::string, std::less<>> &wanted);
    void follow_bridge(const ovsdb::Row &row, std::uint16_t number, const ovsdb::Replica &replica,
                       model::Warnings &warnings);
    PortSettings ports_of(const ovsdb::Row &bridge, const ovsdb::Replica &replica,
                          model::Warnings &warnings);
    void follow_querier(const ovsdb::Row &row, Live &live, model::Warnings &warnings);
    void follow_ports(Live &live, const PortSettings &ports, model::Warnings &warnings);
    void ask(const std::string &bridge, Live &live);
    void assign(std::uint16_t bridge, const MulticastEntries &entries);
    void warn_of(model::Warnings warnings);

    MulticastParts parts_;
    std::map<std::string, Live, std::less<>> bridges_;
    std::map<std::uint16_t, MulticastEntries> former_; // by bridge: of the daemon before
    std::set<std::string> warned_;
    RateLimit no_room_;
    RateLimit unsent_;
};

} // namespace bvs::daemon
