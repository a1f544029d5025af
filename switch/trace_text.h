// SPDX-License-Identifier: Apache-2.0
//
// Traces as text, in the form of ofproto/trace of ovs-vswitchd(8), and as JSON, which
// docs/unixctl.md describes. Pure.
#pragma once

#include "switch/trace.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace bvs::daemon {

struct TraceTexts {
    std::string bridge;
    std::string megaflow; // all that the cache compares of such a packet
    // A port's name, or nothing if there is none any more.
    std::function<std::string(std::uint32_t number)> port_name;
    std::vector<model::FieldInfo> options; // see OptionFields
};

std::string trace_text(const Trace &trace, const TraceTexts &texts);
// One line that says what became of the packet.
std::string verdict_text(const Trace &trace, const TraceTexts &texts);
nlohmann::json trace_json(const Trace &trace, const TraceTexts &texts);

} // namespace bvs::daemon
