// SPDX-License-Identifier: Apache-2.0
//
// An OpenFlow message as one line for a person: its name, and what it says. Flows, groups and
// packets are in the syntax in which they can be given to bvsctl. Pure.
#pragma once

#include "ofagent/text/action.h"
#include "ofagent/wire/message.h"

#include <string>
#include <string_view>

namespace bvs::ctl {

std::string_view message_name(const wire::Body &body);                         // "FLOW_MOD"
std::string message_details(const wire::Body &body, const text::Style &style); // may be empty

} // namespace bvs::ctl
