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
#include "switch/of_settings.h"
#include "switch/of_short_way.h"
#include "switch/of_timeouts.h"
#include "switch/of_vacancy.h"
#include "switch/trace.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
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
    ShortWay &short_way;
    std::function<Result<>(const Injection &)> inject;
    std::function<void()> changed;           // there is something to reclaim
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
    // So is what groups decided: links went up or down.
    void liveness_changed() { datapath_.liveness_changed(); }
    // Before OpenFlow 1.3 packets that no rule matches are for controllers.
    void tell_of_misses(bool wanted);
    // Whether many flows changed at once since the last call.
    bool had_bulk_change() { return std::exchange(bulk_change_, false); }
    // Flows whose time is over, some thousands of them at a time; after a harvest.
    bool timeouts_due() const { return timeouts_.any_due(monotonic_now()); }
    void expire();
    // Flows whose TCP connection ended last no longer than their fin_timeout says.
    void shorten_timeouts();
    // No packet can count for the rule any more; nor for any that was removed until now.
    void gone(const maps::GoneRule &rule);
    void all_gone() { datapath_.all_gone(); }

    // Takes over what an earlier daemon left; false if there was none.
    bool adopt();
    // Makes anew what one left in a datapath of another layout (of_record.h).
    bool restore(const std::vector<std::vector<std::uint8_t>> &records);

    // Flows of another switch, which have been there for their `duration`: their counters go on
    // from what they have. One that is here already stays, and counts at least that. All of them,
    // or none and which one is refused.
    enum class Take { all, none }; // none: only to hear whether they would be refused
    std::expected<void, ofagent::BundleFailure> take_over(std::span<const model::FlowStats> flows,
                                                          Take take);

    // Removes all flows, groups and meters; then there is the one rule of a learning switch, or
    // none.
    void reset(bool normal);
    void dismantle();
    static model::FlowMod normal_flow();

    // Rules above all flows: those for controllers behind the bridge itself, and the one of a
    // bridge whose controllers are away. Failing open removes all flows.
    void set_tables(std::map<std::uint8_t, OfTable> tables);
    void set_quota(const OfQuota &quota);
    void set_in_band(std::vector<HiddenFlow> flows);
    void set_fail_open(bool open);
    bool failed_open() const { return failed_open_; }
    std::vector<OfDatapath::HiddenStats> hidden_flows() const;
    std::size_t rules_used() const { return flows_.size(); }
    std::size_t groups_used() const { return groups_.size(); }
    std::size_t meters_used() const { return meters_.all().size(); }

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
    std::string table_name(std::uint8_t table) const override;
    model::Answer<> table_mod(const model::TableConfig &config) override;
    std::size_t most_groups() const override { return groups_.most(); }
    model::Answer<> group_mod(const model::GroupMod &mod) override;
    std::vector<model::GroupDescription> groups(std::uint32_t group) const override;
    std::vector<model::GroupStats> group_stats(std::uint32_t group) const override;
    std::size_t most_meters() const override { return meters_.most(); }
    model::Answer<> meter_mod(const model::MeterMod &mod) override;
    std::vector<model::MeterConfig> meters(std::uint32_t meter) const override;
    std::vector<model::MeterStats> meter_stats(std::uint32_t meter) const override;
    model::Answer<> tlv_mod(const model::TlvMod &mod) override;
    std::vector<model::TlvMapping> tlv_mappings() const override { return options_.mappings(); }
    model::Answer<> bind(model::Match &match) const override { return options_.bind(match); }
    const model::TlvTable &options() const { return options_; }
    std::vector<model::QueueStats> queue_stats(std::uint32_t port,
                                               std::uint32_t queue) const override;
    std::vector<wire::QueueConfig> queue_configs(std::uint32_t port,
                                                 std::uint32_t queue) const override;
    model::Answer<> packet_out(const model::PacketOut &packet) override;
    std::expected<void, ofagent::BundleFailure>
    commit(const std::vector<ofagent::Change> &changes) override;
    std::uint8_t fragments() const override { return fragments_; }
    model::Answer<> set_fragments(std::uint8_t mode) override;

  private:
    OfTables tables() { return {flows_, groups_, meters_, options_}; }
    model::Answer<> carry_out(const std::function<model::Answer<>(OfDraft &)> &plan);
    model::FlowId find(const model::FlowStats &flow) const;
    bool has(const model::FlowStats &flow) const;
    void raise_counters(const model::FlowStats &flow, std::chrono::nanoseconds used);
    void watch_timeouts(model::FlowId id, const model::Flow &flow);
    void note_timeouts(const OfDraft &draft);
    void tell(const OfDraft &draft);
    void set_hidden();
    model::OptionSet options_in_use() const;
    void limit(std::uint8_t table);
    unsigned free_percent(std::uint8_t table) const;
    void tell_of_vacancies();
    void harvest() const;
    std::uint32_t find_simple_rule() const;
    void look_whether_simple();
    model::FlowStats stats(model::FlowId id, const model::Flow &flow) const;

    OfBridgeParts parts_;
    ofagent::OfEvents *events_ = nullptr;
    std::uint64_t datapath_id_ = 0;
    std::uint8_t fragments_ = 0;
    model::FlowTables flows_;
    model::GroupTable groups_;
    model::MeterTable meters_;
    model::TlvTable options_;
    OfDatapath datapath_;
    std::vector<model::TableConfig> table_configs_;
    std::map<std::uint8_t, OfTable> tables_;    // as the database has them
    std::map<std::uint8_t, Vacancy> vacancies_; // of those that tell of it
    Timeouts timeouts_;
    std::set<model::FlowId> finishing_; // flows with a fin_timeout
    std::vector<HiddenFlow> in_band_;
    bool failed_open_ = false;
    std::uint32_t simple_rule_ = 0; // all that there is to say, NORMAL; 0: there is more
    bool needs_pipeline_ = false;
    bool bulk_change_ = false;
};

} // namespace bvs::daemon
