// SPDX-License-Identifier: Apache-2.0
//
// What the agent asks of a bridge. The daemon implements it; the tests have a simple one. Every
// call returns when the datapath obeys, so that a barrier needs no more than order. One thread.
#pragma once

#include "ofagent/wire/message.h"
#include "switch/model/flow.h"
#include "switch/model/group.h"
#include "switch/model/meter.h"
#include "switch/model/of_port.h"
#include "switch/model/openflow_error.h"
#include "switch/model/packet.h"
#include "switch/model/tlv_table.h"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace bvs::ofagent {

using model::Answer;

inline constexpr std::uint32_t k_all_queues = 0xffffffff;

struct SwitchDescription {
    std::string manufacturer, hardware, software, serial, datapath;
};

// A message of a bundle; they are carried out in order, all of them or none.
using Change = std::variant<model::FlowMod, model::GroupMod, model::PortMod, model::PacketOut>;
struct BundleFailure {
    std::size_t index = 0; // of the change that was refused
    model::OpenFlowError error;
};

// A change of the flow table that others may want to hear of.
struct FlowChange {
    enum class Kind { added, modified, removed } kind = Kind::added;
    model::RemovedReason reason = model::RemovedReason::removed;
    model::FlowStats flow;
};

class OfSwitch {
  public:
    virtual ~OfSwitch() = default;

    virtual std::uint64_t datapath_id() const = 0;
    virtual SwitchDescription description() const = 0;

    virtual std::vector<model::PortDescription> ports() const = 0;
    virtual Answer<> port_mod(const model::PortMod &mod) = 0;
    virtual std::vector<model::PortStats> port_stats(std::uint32_t port) const = 0; // any: of all

    virtual Answer<> flow_mod(const model::FlowMod &mod) = 0;
    virtual std::vector<model::FlowStats> flow_stats(const model::FlowFilter &filter) const = 0;
    virtual model::AggregateStats aggregate(const model::FlowFilter &filter) const = 0;
    virtual std::vector<model::TableStats> table_stats() const = 0;
    virtual std::vector<model::TableConfig> table_configs() const = 0;
    virtual std::string table_name(std::uint8_t table) const = 0;
    virtual Answer<> table_mod(const model::TableConfig &config) = 0;

    virtual std::size_t most_groups() const = 0; // of each type, and in all
    virtual Answer<> group_mod(const model::GroupMod &mod) = 0;
    virtual std::vector<model::GroupDescription> groups(std::uint32_t group) const = 0;
    virtual std::vector<model::GroupStats> group_stats(std::uint32_t group) const = 0;

    virtual std::size_t most_meters() const = 0;
    virtual Answer<> meter_mod(const model::MeterMod &mod) = 0;
    virtual std::vector<model::MeterConfig> meters(std::uint32_t meter) const = 0;
    virtual std::vector<model::MeterStats> meter_stats(std::uint32_t meter) const = 0;

    virtual Answer<> tlv_mod(const model::TlvMod &mod) = 0;
    virtual std::vector<model::TlvMapping> tlv_mappings() const = 0;
    // Makes a request's match what flows have: with the places of options.
    virtual Answer<> bind(model::Match &match) const = 0;

    virtual std::vector<model::QueueStats> queue_stats(std::uint32_t port,
                                                       std::uint32_t queue) const = 0;
    virtual std::vector<wire::QueueConfig> queue_configs(std::uint32_t port,
                                                         std::uint32_t queue) const = 0;

    virtual Answer<> packet_out(const model::PacketOut &packet) = 0;
    virtual std::expected<void, BundleFailure> commit(const std::vector<Change> &changes) = 0;

    // How fragments are treated; OpenFlow's get and set config.
    virtual std::uint8_t fragments() const = 0;
    virtual Answer<> set_fragments(std::uint8_t mode) = 0;
};

// What a bridge tells its agent.
class OfEvents {
  public:
    virtual ~OfEvents() = default;

    virtual void packet_in(const model::PacketIn &packet) = 0;
    virtual void flow_changed(const FlowChange &change) = 0;
    virtual void flow_removed(const model::FlowRemoved &removed) = 0;
    virtual void port_changed(model::PortChange change, const model::PortDescription &port) = 0;
    // Vacancy events: the table has room again, or else it got full.
    virtual void table_status(const model::TableConfig &table, bool vacancy_up) = 0;
};

} // namespace bvs::ofagent
