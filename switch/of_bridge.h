// SPDX-License-Identifier: Apache-2.0
//
// A bridge as OpenFlow sees it: its flow, group and meter tables, and what the datapath has of
// them. A request, or a bundle of them, is planned on the tables first; what it comes to in the end
// is then written for the datapath and made visible at once, and told of. If anything is refused on
// the way, everything is as it was. One thread.
#pragma once

#include "ofagent/of_switch.h"
#include "switch/of_datapath.h"
#include "switch/of_draft.h"
#include "switch/of_ports.h"
#include "switch/trace.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace bvs::daemon {

// A frame to be sent through the datapath by an action program, or from table 0 where there is
// none.
struct Injection {
    std::uint16_t bridge = 0;
    std::uint32_t in_port = 0;
    std::span<const bvs_instruction> program;
    const model::Bytes &packet;
};

struct OfBridgeParts {
    std::string name;
    std::uint16_t number = 0; // in the datapath
    maps::PipelineMaps &maps;
    maps::PipelineWriter &writer;
    OfPorts &ports;
    std::function<Result<>(const Injection &)> inject;
    std::function<void(bool)> need_pipeline; // its rules are more than NORMAL, or no longer so
    std::string version;
};

class OfBridge : public ofagent::OfSwitch {
  public:
    explicit OfBridge(OfBridgeParts parts);

    // Who is told of changes; must outlive this.
    void tell_of_changes(ofagent::OfEvents &events) { events_ = &events; }
    void set_datapath_id(std::uint64_t id) { datapath_id_ = id; }
    const std::string &name() const { return parts_.name; }
    std::uint16_t number() const { return parts_.number; }

    // Whatever rules decided is decided anew: ports came or went.
    void ports_changed();
    void every_second();
    // No packet can count for the rule any more; nor for any that was removed until now.
    void gone(const maps::GoneRule &rule);
    void all_gone() { datapath_.all_gone(); }

    // Takes over what an earlier daemon left; false if there was none.
    bool adopt();

    // Removes all flows and groups; then there is the one rule of a learning switch, or none.
    void reset(bool normal);
    void dismantle();
    static model::FlowMod normal_flow();

    struct Named {
        std::uint8_t table = 0;
        std::uint64_t cookie = ~0ULL;
        bool miss = false; // it stands for "no flow": the lowest priority, and matches all
    };
    std::optional<Named> named(std::uint32_t rule) const; // by a packet-in

    TraceNames trace_names() const; // while this lives

    // ---- ofagent::OfSwitch ----
    std::uint64_t datapath_id() const override { return datapath_id_; }
    ofagent::SwitchDescription description() const override;
    std::vector<model::PortDescription> ports() const override;
    model::Answer<> port_mod(const model::PortMod &mod) override;
    std::vector<model::PortStats> port_stats(std::uint32_t port) const override;
    model::Answer<> flow_mod(const model::FlowMod &mod) override;
    std::vector<model::FlowStats> flow_stats(const model::FlowFilter &filter) const override;
    model::AggregateStats aggregate(const model::FlowFilter &filter) const override;
    std::vector<model::TableStats> table_stats() const override;
    std::vector<model::TableConfig> table_configs() const override { return table_configs_; }
    model::Answer<> table_mod(const model::TableConfig &config) override;
    model::Answer<> group_mod(const model::GroupMod &mod) override;
    std::vector<model::GroupDescription> groups(std::uint32_t group) const override;
    std::vector<model::GroupStats> group_stats(std::uint32_t group) const override;
    model::Answer<> meter_mod(const model::MeterMod &mod) override;
    std::vector<model::MeterConfig> meters(std::uint32_t meter) const override;
    std::vector<model::MeterStats> meter_stats(std::uint32_t meter) const override;
    std::vector<model::QueueStats> queue_stats(std::uint32_t port,
                                               std::uint32_t queue) const override;
    model::Answer<> packet_out(const model::PacketOut &packet) override;
    std::expected<void, ofagent::BundleFailure>
    commit(const std::vector<ofagent::Change> &changes) override;
    std::uint8_t fragments() const override { return fragments_; }
    model::Answer<> set_fragments(std::uint8_t mode) override;

  private:
    OfTables tables() { return {flows_, groups_, meters_}; }
    model::Answer<> carry_out(const std::function<model::Answer<>(OfDraft &)> &plan);
    void note_timeouts(const OfDraft &draft);
    void tell(const OfDraft &draft);
    void look_whether_simple();
    model::FlowStats stats(model::FlowId id, const model::Flow &flow) const;

    OfBridgeParts parts_;
    ofagent::OfEvents *events_ = nullptr;
    std::uint64_t datapath_id_ = 0;
    std::uint8_t fragments_ = 0;
    model::FlowTables flows_;
    model::GroupTable groups_;
    model::MeterTable meters_;
    OfDatapath datapath_;
    std::vector<model::TableConfig> table_configs_;
    std::set<model::FlowId> timed_; // flows with a timeout
    bool needs_pipeline_ = false;
};

} // namespace bvs::daemon
