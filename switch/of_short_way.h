// SPDX-License-Identifier: Apache-2.0
//
// The packets of a bridge that went the short way, past its tables, since all that its rules say is
// NORMAL. They are counted at the ports; here is how many there were since somebody asked last. How
// far that was is kept in the datapath, so that a daemon to come goes on from there.
#pragma once

#include "switch/model/flow.h"
#include "switch/port_table.h"

#include <cstdint>
#include <map>
#include <string>

namespace bvs::daemon {

class ShortWay {
  public:
    ShortWay(std::string bridge, std::uint16_t number, PortTable &table);

    model::FlowCounters take();

  private:
    std::string bridge_;
    std::uint16_t number_;
    PortTable &table_;
    std::map<std::uint32_t, model::FlowCounters> ports_; // by number, as they were last seen
};

} // namespace bvs::daemon
