// SPDX-License-Identifier: Apache-2.0
//
// Whether netdevs take the VLAN tag out of a frame before XDP sees it (ethtool's rx-vlan-hw-parse).
// XDP must find the tag in the frame, where the tc program finds it beside: so it is turned off
// where XDP is to be attached, and on again when XDP has left. Where it was on is remembered below
// the pin folder, by a folder named after the ifindex, for a later daemon or --cleanup.
#pragma once

#include "base/result.h"
#include "switch/host/ethtool.h"
#include "switch/host/link_table.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>

namespace bvs::daemon {

class VlanParsing {
  public:
    VlanParsing(const std::string &pin_dir, const host::LinkTable &links, host::Ethtool &ethtool);

    // An error if the device would bring tagged frames into the wrong VLAN.
    Result<> turn_off(const host::Link &link);

    // On again wherever it was on and no program of ours needs it off any more.
    void restore_unless(const std::function<bool(std::uint32_t ifindex)> &needed);

    void forget(std::uint32_t ifindex); // the device is gone

  private:
    std::string place_of(std::uint32_t ifindex) const;

    std::string folder_;
    const host::LinkTable &links_;
    host::Ethtool &ethtool_;
    std::set<std::uint32_t> was_on_;
};

} // namespace bvs::daemon
