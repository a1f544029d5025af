// SPDX-License-Identifier: Apache-2.0
//
// What ports without netdev, patch and tunnel ports, need of each other: a patch port's peer has to
// name it back, and of several tunnel ports with the same end the first one has it. Decides only;
// the reconciler acts.
#pragma once

#include "switch/config.h"
#include "switch/port_table.h"

#include <cstdint>
#include <set>
#include <string>

namespace bvs::daemon {

class OnwardPorts {
  public:
    explicit OnwardPorts(PortTable &table) : table_(table) {}

    // These, and the patch ports that are or were their peers: to be looked at together.
    std::set<std::string> with_peers(const Config &config, const std::set<std::string> &names);

    // The number of the port that a patch port leads to; 0: none, and what is sent to it is
    // dropped.
    std::uint32_t peer(const Config &config, const model::Interface &interface);

    // An error that names the other port if the tunnel's end is another's.
    Result<> may_have_end(const model::Interface &interface);

  private:
    PortTable &table_;
};

} // namespace bvs::daemon
