// SPDX-License-Identifier: Apache-2.0
//
// Flow-based IPFIX: what rules sample (action `sample`) for one of a bridge's collector sets (table
// Flow_Sample_Collector_Set). A record says the observation point of its rule, and is in the
// observation domain of it; each domain has a sequence of its own (RFC 7011, 3.1), and a cache.
//
// - A domain more than k_most_domains is not exported; that is counted.
// - What is added is sent by encode() and pump of collectors(). One thread.
#pragma once

#include "netflow/flow_cache.h"
#include "netflow/ipfix.h"
#include "switch/collectors.h"
#include "switch/export_settings.h"

#include <cstddef>
#include <cstdint>
#include <map>

namespace bvs::daemon {

class SampleExport {
  public:
    static constexpr std::size_t k_most_domains = 4096;

    SampleExport(const IpfixExport &wishes, Collectors collectors, std::uint64_t seed)
        : wishes_(wishes), collectors_(std::move(collectors)), seed_(seed) {}
    ~SampleExport(); // sends what is left
    SampleExport(const SampleExport &) = delete;
    SampleExport &operator=(const SampleExport &) = delete;

    const IpfixExport &wishes() const { return wishes_; }
    void add(std::uint32_t domain, netflow::FlowKey key, const netflow::Traffic &traffic);
    void encode(const netflow::Moment &moment);

    Collectors &collectors() { return collectors_; }
    const Collectors &collectors() const { return collectors_; }
    std::uint64_t records() const { return records_; }
    std::uint64_t refused() const { return refused_; } // samples of a domain too many
    std::size_t flows() const;

  private:
    struct Domain {
        netflow::Ipfix encoder;
        netflow::FlowCache cache;
        netflow::FlowRecords due;
    };

    Domain *domain(std::uint32_t number);
    void encode(Domain &domain, const netflow::Moment &moment);

    IpfixExport wishes_;
    Collectors collectors_;
    std::uint64_t seed_;
    std::map<std::uint32_t, Domain> domains_;
    std::uint64_t records_ = 0;
    std::uint64_t refused_ = 0;
};

} // namespace bvs::daemon
