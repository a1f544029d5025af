// SPDX-License-Identifier: Apache-2.0
//
// Groups as ovs-ofctl(8) writes them:
// group_id=1,type=select,bucket=weight:2,actions=output:1,bucket=actions=output:2.
#pragma once

#include "base/result.h"
#include "ofagent/text/action.h"
#include "ofagent/text/port.h"
#include "switch/model/group.h"

#include <string>
#include <string_view>

namespace bvs::text {

// Empty, with `remove`: all groups.
Result<model::GroupMod> parse_group_mod(std::string_view text, model::GroupCommand command,
                                        const Ports &ports);

// Lines of dump-groups and dump-group-stats without the blank that they begin with.
std::string format(const model::GroupDescription &group, const Style &style);
std::string format(const model::GroupStats &stats);

} // namespace bvs::text
