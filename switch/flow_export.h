// SPDX-License-Identifier: Apache-2.0
//
// Flow export (NetFlow, IPFIX, sFlow): from the rows of the database to the datapath's maps
// (maps/account.h), and from there to the collectors of each bridge (bridge_export.h).
//
// The table of flows is looked through once a second, a tenth of it at a time; a record that is due
// leaves then. Nothing is looked at as long as more is waiting to be sent than collectors take: the
// datapath goes on counting. Flows stay in the datapath when the daemon ends, and the next one
// reports them.
//
// One thread; what is handed over outlives it.
#pragma once

#include "maps/accounts.h"
#include "ovsdb/replica.h"
#include "switch/bridge_export.h"
#include "switch/flow_records.h"
#include "switch/host/address_table.h"
#include "switch/host/link_table.h"
#include "switch/log.h"
#include "switch/port_table.h"
#include "switch/watch.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

struct ring_buffer;

namespace bvs::daemon {

struct FlowExportParts {
    boost::asio::io_context &io;
    PortTable &table;
    const host::LinkTable &links;
    const host::AddressTable &addresses;
    Logger log;
};

class FlowExport {
  public:
    explicit FlowExport(FlowExportParts parts);
    ~FlowExport();
    FlowExport(const FlowExport &) = delete;
    FlowExport &operator=(const FlowExport &) = delete;

    // Reads the datapath's samples from now on.
    Result<> start();

    // Makes the datapath follow the rows, once ports are as they are wanted.
    void follow(const ovsdb::Replica &replica);

    void dismantle(); // reports all there is: the datapath goes away

    std::vector<ExporterView> views() const;
    struct Totals {
        std::uint64_t flows = 0; // places of the table; a flow has one for each CPU that has it
        std::uint64_t capacity = 0;
        std::uint64_t alone = 0; // packets that there was no place for; exported nevertheless
        std::uint64_t lost_packets = 0;
        std::uint64_t lost_bytes = 0;
        std::uint64_t lost_samples = 0;
    };
    Totals totals() const;

  private:
    struct FreeRing {
        void operator()(ring_buffer *ring) const;
    };

    void follow_bridge(const std::string &name, const ExportWishes &wishes);
    void forget_bridge(const std::string &name);
    void settle(const std::string &bridge);
    void flag(const std::string &bridge, std::uint32_t flags);
    void make_table();
    void warn(const std::vector<std::string> &warnings);

    void wait();
    void tick();
    void finish_round();
    void grow();
    void harvest(const maps::Accounts::Decide &decide);
    maps::Accounts::Fate fate(const maps::AccountSum &sum, std::uint64_t now);
    void report(const maps::AccountSum &sum, netflow::FlowEnd end);
    void encode();
    void pump();
    void poll_counters(BridgeExport &exports, const std::string &bridge);

    static int on_event(void *self, void *data, std::size_t size);
    void read_events();
    void take(const bvs_flow_event &event, const std::uint8_t *frame);
    void take_by_rule(BridgeExport &exports, const bvs_flow_event &event,
                      const std::uint8_t *detail);
    netflow::PacketSample sample_of(const bvs_flow_event &event, const std::uint8_t *frame,
                                    const LivePort &port);

    BridgeExport *exports_of(std::uint16_t bridge);
    void index_ports();
    FlowPortOf port_of() const;
    model::IpAddress address_of(const std::string &netdev) const;

    FlowExportParts parts_;
    maps::Accounts accounts_;
    std::uint64_t seed_;
    std::map<std::string, std::unique_ptr<BridgeExport>> bridges_;
    std::vector<BridgeExport *> by_number_;                  // of the datapath
    std::unordered_map<std::uint32_t, FlowPort> ports_;      // by bridge << 16 | ofport
    std::unordered_map<std::uint32_t, std::uint32_t> pools_; // of one reading of the ring
    std::unique_ptr<ring_buffer, FreeRing> ring_;
    std::optional<Watch> watch_;
    boost::asio::steady_timer ticks_;
    boost::asio::steady_timer pump_;
    bool ticking_ = false;
    bool pumping_ = false;
    bool full_ = false; // the table cannot grow
    unsigned slice_ = 0;
    unsigned events_ = 0; // of one reading of the ring
    std::uint64_t alone_ = 0;
    std::uint64_t alone_before_ = 0; // at the begin of this round
    std::vector<std::string> warned_;
    RateLimit limit_;
};

} // namespace bvs::daemon
