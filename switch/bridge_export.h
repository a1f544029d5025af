// SPDX-License-Identifier: Apache-2.0
//
// What a bridge tells collectors: its NetFlow, IPFIX and sFlow exporters, of each at most one with
// any number of collectors, and those of what its rules sample (sample_export.h).
//
// - Flows that the datapath counts exactly go to NetFlow, and to IPFIX unless that samples.
// - Packets that the datapath had no room for are flows here (netflow/flow_cache.h), and those that
//   IPFIX samples likewise.
// - What is added is sent by encode() and pump(). One thread.
#pragma once

#include "maps/account.h"
#include "netflow/flow_cache.h"
#include "netflow/ipfix.h"
#include "netflow/netflow5.h"
#include "netflow/netflow9.h"
#include "netflow/sflow.h"
#include "switch/collectors.h"
#include "switch/export_settings.h"
#include "switch/sample_export.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bvs::daemon {

// For those who ask.
struct ExporterView {
    std::string bridge;
    std::string protocol; // "NetFlow v5"
    std::set<std::string> targets;
    std::uint32_t sampling = 1; // of what rules sample each rule has its own
    std::uint64_t records = 0;  // of sFlow: samples
    std::uint64_t flows = 0;    // kept by the daemon
    std::uint64_t refused = 0;  // samples of an observation domain too many
    Collectors::Counts sent;
};

class BridgeExport {
  public:
    // An sFlow agent's name as its address; none if it has none.
    using AddressOf = std::function<model::IpAddress(const std::string &agent)>;

    BridgeExport(boost::asio::io_context &io, std::string bridge, std::uint64_t seed,
                 AddressOf address_of, Logger log);
    ~BridgeExport(); // sends what is left
    BridgeExport(const BridgeExport &) = delete;
    BridgeExport &operator=(const BridgeExport &) = delete;

    void follow(const ExportWishes &wishes);
    const ExportWishes &wishes() const { return wishes_; }

    bvs_sampler sampler() const;
    // After which a flow that goes on is to be reported.
    std::optional<netflow::Time> active() const;

    void add(const netflow::FlowRecord &record); // counted exactly
    void add_alone(const netflow::FlowKey &key, const netflow::Traffic &traffic);
    void add_sampled(netflow::FlowKey key, const netflow::Traffic &traffic);
    // What a rule sampled for a collector set, if there is that one.
    void add_by_rule(const bvs_flow_sample &sample, netflow::FlowKey key,
                     const netflow::Traffic &traffic);
    void add_sample(netflow::Sample sample);
    std::uint32_t sflow_sampling() const { return wishes_.sflow ? wishes_.sflow->sampling : 0; }
    bool polls(netflow::Time now); // are counters due? asked once each time

    void encode(const netflow::Moment &moment);
    void pump(std::size_t most);
    std::size_t waiting() const;

    std::vector<ExporterView> views() const;

  private:
    template <class Encoder>
    struct Exporter {
        Encoder encoder;
        Collectors collectors;
        std::uint64_t records = 0;
    };
    using Netflow = Exporter<std::variant<netflow::Netflow5, netflow::Netflow9>>;

    void follow_netflow();
    void follow_ipfix();
    void follow_sflow();
    void follow_sets();
    void limit_caches();
    Collectors collectors(std::string_view protocol, const std::set<std::string> &targets) const;
    model::IpAddress agent(const Collectors &collectors) const;
    void encode_exact(const netflow::Moment &moment);
    void encode_ipfix(netflow::FlowRecords &records, const netflow::Moment &moment);
    template <class Do>
    void for_each_collectors(const Do &act) const;

    boost::asio::io_context &io_;
    std::string bridge_;
    AddressOf address_of_;
    Logger log_;
    std::uint64_t seed_;
    ExportWishes wishes_;
    std::unique_ptr<Netflow> netflow_;
    std::unique_ptr<Exporter<netflow::Ipfix>> ipfix_;
    std::unique_ptr<Exporter<netflow::Sflow>> sflow_;
    std::map<std::uint32_t, std::unique_ptr<SampleExport>> sets_; // by their ids
    netflow::FlowCache alone_;
    netflow::FlowCache sampled_;
    netflow::FlowRecords exact_records_;
    netflow::FlowRecords sampled_records_;
    std::vector<netflow::Sample> samples_;
    std::optional<netflow::Time> polled_;
};

} // namespace bvs::daemon
