// SPDX-License-Identifier: Apache-2.0
//
// A line of a bundle's file, ovs-ofctl(8): "flow add ...", "group delete ...", "packet-out ...".
// The command may be left out: then it is added.
#pragma once

#include "base/result.h"
#include "ofagent/text/port.h"
#include "ofagent/wire/message.h"

#include <string_view>

namespace bvs::ctl {

Result<wire::Body> parse_bundle_line(std::string_view line, const text::Ports &ports);
// Of a file of groups: "add", "modify", "delete" ... and the group.
Result<wire::Body> parse_group_line(std::string_view line, const text::Ports &ports);

} // namespace bvs::ctl
