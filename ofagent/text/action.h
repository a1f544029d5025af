// SPDX-License-Identifier: Apache-2.0
//
// Actions and instructions as ovs-actions(7) writes them. An action that BVS does not have (ct,
// learn, conjunction ...) is an error that names it.
#pragma once

#include "base/result.h"
#include "ofagent/text/port.h"
#include "switch/model/action.h"
#include "switch/model/match.h"

#include <string>
#include <string_view>

namespace bvs::text {

// Of a packet-out or a bucket.
Result<model::Actions> parse_actions(std::string_view text, const Ports &ports);
// Of a flow. Its match says which protocol's ports mod_tp_src and mod_tp_dst set.
Result<model::Instructions> parse_instructions(std::string_view text, const model::Match &match,
                                               const Ports &ports);

// How to print. What was received in OpenFlow 1.0 has names of its own: mod_dl_src, strip_vlan.
struct Style {
    const Ports &ports = nameless();
    bool openflow10 = false;
};

std::string format(const model::Actions &actions, const Style &style); // "drop" if there is none
std::string format(const model::Instructions &instructions, const Style &style);

} // namespace bvs::text
