// SPDX-License-Identifier: Apache-2.0
//
// A bridge's flows as people and programs want to see them.
#pragma once

#include "ctl/context.h"
#include "ofagent/text/flow.h"

#include <string_view>
#include <vector>

namespace bvs::ctl {

// `rules_by` says what comes first: "priority" (within its table; the default), "table", "packets",
// "bytes", "duration", "cookie". The same flows are always listed in the same order.
Result<> sort_flows(std::vector<model::FlowStats> &flows, std::string_view rules_by);

// As ovs-ofctl prints them, sorted, and as a table.
void list_flows(Output &output, const std::vector<model::FlowStats> &flows, text::Detail detail,
                const text::Style &style);

} // namespace bvs::ctl
