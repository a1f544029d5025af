// SPDX-License-Identifier: Apache-2.0
//
// The ports of a bridge as OpenFlow describes, counts and configures them. A port's OpenFlow
// configuration lives as long as the port, in the datapath; its link is the kernel's.
#pragma once

#include "ofagent/of_switch.h"
#include "switch/host/link_table.h"
#include "switch/model/of_port.h"
#include "switch/model/openflow_error.h"
#include "switch/port_table.h"
#include "switch/shaping.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace bvs::host {
class LinkControl;
}

namespace bvs::daemon {

// What is known of a port's netdev besides what the datapath has.
struct PortFacts {
    const host::Link *link = nullptr;             // the end that its user sees, or else ours
    std::uint64_t speed = 0;                      // bits a second; 0: not known
    const host::LinkStatistics *netdev = nullptr; // null: not known
};
using FactsOf = std::function<PortFacts(const LivePort &)>;
using QueuesOf = std::function<std::vector<LiveQueue>(const LivePort &)>;

class OfPorts {
  public:
    OfPorts(std::string bridge, PortTable &table, host::LinkControl &control, FactsOf facts_of,
            QueuesOf queues_of)
        : bridge_(std::move(bridge)), table_(table), control_(control),
          facts_of_(std::move(facts_of)), queues_of_(std::move(queues_of)) {}

    std::vector<model::PortDescription> list() const;              // by number
    std::vector<model::PortStats> stats(std::uint32_t port) const; // any: of all
    // By port and queue; any port, all ones for any queue. Rates are parts of the port's own, as it
    // is shaped.
    std::vector<model::QueueStats> queue_stats(std::uint32_t port, std::uint32_t queue) const;
    std::vector<wire::QueueConfig> queue_configs(std::uint32_t port, std::uint32_t queue) const;
    bool wants_packet_ins(std::uint32_t port) const; // of packets that no rule matched

    struct Change {
        model::PortChange kind = model::PortChange::added;
        model::PortDescription port;
    };
    // What is to be told of it; a link tells of itself.
    model::Answer<std::vector<Change>> change(const model::PortMod &mod);
    // What came, went and changed of the ports of these names since the last call.
    std::vector<Change> changes(const std::set<std::string> &names);

  private:
    const LivePort *find(std::uint32_t number) const; // as rules have it
    LivePort *find(std::uint32_t number);
    model::PortDescription describe(const LivePort &port) const;
    model::PortStats count(const LivePort &port) const;
    std::vector<std::pair<std::uint32_t, LiveQueue>> queues(std::uint32_t port,
                                                            std::uint32_t queue) const;

    std::string bridge_;
    PortTable &table_;
    host::LinkControl &control_;
    FactsOf facts_of_;
    QueuesOf queues_of_;
    std::map<std::string, model::PortDescription> known_;   // by name
    std::map<std::string, std::chrono::nanoseconds> since_; // by name
};

} // namespace bvs::daemon
