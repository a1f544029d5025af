// SPDX-License-Identifier: Apache-2.0
//
// Interfaces as they are: what is configured, what the datapath has of it, and what it counted. For
// those who ask; also of interfaces that could not be set up.
#pragma once

#include "switch/config.h"
#include "switch/reconciler.h"
#include "switch/reporter.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bvs::daemon {

struct PortView {
    const model::Interface *interface = nullptr;
    const LivePort *port = nullptr; // null: there is none in the datapath
    bool up = false;                // the netdev is up and has a carrier; without one: in service
    std::string hook;               // tcx, clsact, xdp (XDP and tc), or empty: not attached
    std::string error;              // why it is not in use; empty if it is
    std::uint32_t macs = 0;         // addresses learned there
    bvs_port_counters counters{};
};

struct PortSources { // outlive what is made of them
    PortTable &table;
    const Config &config;
    const Reconciler &reconciler;
    const Reporter &reporter;
};

// Sorted by bridge, port, interface.
std::vector<PortView> list_ports(const PortSources &sources);

std::string hook_kind(const PortSources &sources, const LivePort &port);

// Of the row of Port; the interface's where there is none.
std::string port_name(const PortSources &sources, const LivePort &port);

} // namespace bvs::daemon
