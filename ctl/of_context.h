// SPDX-License-Identifier: Apache-2.0
//
// What a verb that speaks OpenFlow gets to work with.
#pragma once

#include "ctl/context.h"
#include "ctl/of_client.h"
#include "ctl/of_ports.h"
#include "ofagent/text/action.h"

#include <functional>

namespace bvs::ctl {

struct OpenFlowContext {
    const Options &options;
    const Command &command;
    OpenFlowClient &peer;
    const BridgePorts &ports;
    const text::Style &style;                        // of what is printed
    std::function<void(const Output &)> print_now{}; // of a verb that does not end by itself
    Output output{};

    const std::string &argument(std::size_t i) const { return command.arguments[i]; }
    // Empty if it was left out.
    std::string optional_argument(std::size_t i) const {
        return i < command.arguments.size() ? command.arguments[i] : "";
    }
};

// The bridge of that name, or where it is: unix:FILE, tcp:HOST[:PORT], ssl:HOST[:PORT]. `socket` is
// one of a bridge's two, "mgmt" or "snoop".
Result<net::Endpoint> find_bridge(const Options &options, const std::string &target,
                                  std::string_view socket);
OpenFlowSettings openflow_settings(const Options &options);

} // namespace bvs::ctl
