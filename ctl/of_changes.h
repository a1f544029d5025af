// SPDX-License-Identifier: Apache-2.0
//
// Changes of a bridge by OpenFlow, and what it says to them.
#pragma once

#include "ctl/of_context.h"
#include "ctl/of_lines.h"

#include <functional>

namespace bvs::ctl {

struct Change {
    wire::Body body;
    Line line; // who made it so
};

// The change that each line stands for; a line that makes no sense is an error with its place.
using Parse = std::function<Result<wire::Body>(const std::string &text)>;
Result<std::vector<Change>> parse_changes(const OpenFlowContext &context,
                                          const std::vector<Line> &lines, const Parse &parse);

// Returns when the bridge has made all of them. Those that it refuses are named; of a bundle then
// none is made.
enum class Together { no, bundle };
Result<> apply(OpenFlowClient &peer, const std::vector<Change> &changes, Together together);

} // namespace bvs::ctl
