// SPDX-License-Identifier: Apache-2.0
//
// Flow monitors of one connection: which changes of the flow table it wants to see. OpenFlow 1.5.1,
// 7.3.5.19; Nicira's and the ONF's earlier forms are the same but for their encoding.
#pragma once

#include "ofagent/of_switch.h"
#include "ofagent/wire/message.h"

#include <map>
#include <optional>
#include <vector>

namespace bvs::ofagent {

class Monitors {
  public:
    // The flows to begin with.
    model::Answer<std::vector<wire::FlowUpdate>> start(const wire::FlowMonitorStart &start,
                                                       const OfSwitch &of_switch);
    model::Answer<> cancel(std::uint32_t monitor);

    // What to tell of the change, if anything. `own`: this connection caused it, by message `xid`.
    std::optional<wire::FlowUpdate> update(const FlowChange &change, bool own,
                                           std::uint32_t xid) const;

  private:
    std::map<std::uint32_t, wire::FlowMonitorRequest> monitors_;
};

} // namespace bvs::ofagent
