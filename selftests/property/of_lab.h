// SPDX-License-Identifier: Apache-2.0
//
// The real datapath under rules of OpenFlow's model: what the daemon does with a request, without
// its connections. Bridge 1, whose ports have the numbers of the Lab.
#pragma once

#include "selftests/fixture/lab.h"
#include "selftests/property/reference_pipeline.h"
#include "switch/of_datapath.h"

#include <variant>
#include <vector>

namespace bvs::property {

using Change = std::variant<model::FlowMod, model::GroupMod>;

class OfLab {
  public:
    static constexpr std::uint16_t k_bridge = 1;

    // Ports from 1 on, without a gap. What a former one had in the datapath is gone.
    explicit OfLab(const ReferencePipeline::Ports &ports);
    ~OfLab();

    // All of them at once, or, if one is refused, none.
    model::Answer<> apply(const std::vector<Change> &changes);
    // Waits until no packet is left that sees what was removed, and frees it.
    void reclaim();
    void forget_cached(); // whatever was decided is decided anew

    ReferencePipeline reference() const;
    // Up to date after a harvest.
    void harvest() { writer_.harvest(); }
    model::FlowCounters counters(model::FlowId flow) const { return datapath_.counters(flow); }
    maps::GroupCounters group_counters(std::uint32_t group) const {
        return datapath_.group_counters(group);
    }
    maps::TableCounters table_counters(std::uint8_t table) const {
        return writer_.table_counters(k_bridge, table);
    }
    compile::FlowMask cache_mask(unsigned kind) const;
    std::uint32_t trajectories() const; // made so far
    std::uint64_t drops(bvs_drop_reason reason) const;

    fixture::Lab &lab() { return lab_; }
    // From outside the ports: never from the cache.
    fixture::Delivery inject(const std::vector<fixture::Lab::Sent> &frames);

  private:
    daemon::OfTables tables() { return {flows_, groups_, meters_, options_}; }

    ReferencePipeline::Ports ports_;
    fixture::Lab lab_;
    maps::PipelineMaps &maps_;
    maps::PipelineWriter &writer_;
    model::FlowTables flows_;
    model::GroupTable groups_;
    model::MeterTable meters_;
    model::TlvTable options_;
    daemon::OfDatapath datapath_;
};

} // namespace bvs::property
