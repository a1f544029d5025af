// SPDX-License-Identifier: Apache-2.0
//
// What OpenFlow 1.5.1 (chapter 5) and ovs-actions(7) say becomes of a packet, with no regard to
// speed: every flow of a table is tried, every copy is a copy.
//
// Which bucket of a select group is chosen is the switch's affair. So there may be several outcomes
// of which one is to come true, each with a choice of its own.
#pragma once

#include "selftests/property/packet_state.h"
#include "switch/model/flow.h"
#include "switch/model/flow_store.h"
#include "switch/model/group.h"

#include <compare>
#include <map>
#include <vector>

namespace bvs::property {

struct Visit {
    enum class Kind { flow, miss, group, bucket };
    Kind kind = Kind::flow;
    std::uint32_t number = 0; // FlowId, table or group
    std::uint32_t bucket = 0;

    auto operator<=>(const Visit &) const = default;
};

struct Outcome {
    std::map<std::uint32_t, std::vector<Bytes>> sent; // by port, in order
    std::vector<Visit> visits;                        // each counts the packet once
};

class ReferencePipeline {
  public:
    struct Port {
        bool up = true;
        bool no_flood = false;
    };
    using Ports = std::map<std::uint32_t, Port>;
    using Flows = std::vector<std::pair<model::FlowId, model::FlowMod>>;
    using Groups = std::map<std::uint32_t, model::GroupDescription>;

    ReferencePipeline(Flows flows, Groups groups, Ports ports)
        : flows_(std::move(flows)), groups_(std::move(groups)), ports_(std::move(ports)) {}

    // At most so many; nothing if there were more.
    std::vector<Outcome> run(std::uint32_t in_port, const Packet &packet, std::size_t most) const;

    const Flows &flows() const { return flows_; }
    const Groups &groups() const { return groups_; }
    const Ports &ports() const { return ports_; }

  private:
    class Walk;

    Flows flows_;
    Groups groups_;
    Ports ports_;
};

} // namespace bvs::property
