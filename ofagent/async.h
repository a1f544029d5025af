// SPDX-License-Identifier: Apache-2.0
//
// Which messages a peer gets unasked: OpenFlow 1.5.1, 7.3.10, with Open vSwitch's defaults.
#pragma once

#include "ofagent/wire/message.h"

namespace bvs::ofagent {

class Async {
  public:
    explicit Async(bool anything); // else nothing, unless it is asked for

    bool packet_in(model::PacketInReason reason, bool slave) const;
    bool port_status(model::PortChange change, bool slave) const;
    bool flow_removed(model::RemovedReason reason, bool slave) const;
    bool table_status(bool vacancy_up, bool slave) const;
    enum class Forwarded : std::uint8_t { group_mod = 0, meter_mod = 1 };
    bool requestforward(Forwarded what, bool slave) const;
    bool role_status(bool slave) const { return config_.role_status[slave]; }

    const wire::AsyncConfig &config() const { return config_; }
    model::Answer<> set(const wire::SetAsync &change);
    void ask_for_invalid_ttl(bool on); // 1.1's and 1.2's flag of OFPT_SET_CONFIG

  private:
    wire::AsyncConfig config_;
};

} // namespace bvs::ofagent
