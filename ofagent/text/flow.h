// SPDX-License-Identifier: Apache-2.0
//
// Flows as ovs-ofctl(8) writes them: table=0,priority=100,tcp,nw_dst=10.0.0.0/24,actions=output:2.
// Words that only dump-flows prints (duration, n_packets ...) are passed over, so that its output
// can be read again.
#pragma once

#include "base/result.h"
#include "ofagent/text/action.h"
#include "ofagent/text/port.h"
#include "switch/model/flow.h"

#include <string>
#include <string_view>

namespace bvs::text {

Result<model::FlowMod> parse_flow_mod(std::string_view text, model::FlowCommand command,
                                      const Ports &ports);
// A line of a bundle's file: add, modify, modify_strict, delete or delete_strict before the flow;
// without one of them it is added.
Result<model::FlowMod> parse_flow_line(std::string_view text, const Ports &ports);
// Of dump-flows and dump-aggregate.
Result<model::FlowFilter> parse_flow_filter(std::string_view text, const Ports &ports);

// A line of dump-flows without the blank that it begins with, or of dump-flows --no-stats. Idle and
// hard age are left out if they are negative: only some versions of OpenFlow tell them.
enum class Detail { flow, statistics };
std::string format(const model::FlowStats &flow, Detail detail, const Style &style);

} // namespace bvs::text
