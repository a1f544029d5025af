// SPDX-License-Identifier: Apache-2.0
//
// What the columns of an Interface row say of a port: a pure function of what is known.
#pragma once

#include "ovsdb/transaction.h"
#include "switch/host/ethtool.h"
#include "switch/host/link.h"

#include <cstdint>
#include <optional>
#include <string>

namespace bvs::daemon {

// Where the packets of a tunnel leave the host.
struct Egress {
    std::string netdev;
    bool carrier = false;
    std::string hook_error; // why what comes in there does not come out of tunnels
};

struct InterfaceFacts {
    std::uint32_t ofport = 0; // 0: none
    std::string error;        // why it is not in use
    const host::Link *link = nullptr;
    bool has_netdev = true;       // or is a patch or tunnel port, which is always up
    std::optional<Egress> egress; // nothing: none at present, or none before the flow is known
    std::optional<host::Mac> mac; // where it is not the link's
    host::LinkSettings settings;
    host::DriverInfo driver;
    std::string hook;
    std::string hook_error;
    std::string unsupported;
};

ovsdb::Values interface_columns(const InterfaceFacts &facts);

} // namespace bvs::daemon
