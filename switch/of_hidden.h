// SPDX-License-Identifier: Apache-2.0
//
// Rules that a switch has for itself, as Open vSwitch has them (Documentation/topics/design.rst):
// in table 0 above all flows, whose priorities end at 65535, neither seen nor changed by OpenFlow.
// What they match is left to NORMAL. Pure.
#pragma once

#include "switch/model/match.h"
#include "switch/model/settings.h"

#include <cstdint>
#include <vector>

namespace bvs::daemon {

inline constexpr std::uint32_t k_highest_priority = 0xffff; // of a flow

struct HiddenFlow {
    std::uint32_t priority = 0;
    model::Match match;

    bool operator==(const HiddenFlow &) const = default;
};

// A bridge that stands alone while its controllers are away.
HiddenFlow fail_open_flow();

// A controller that may be behind the very bridge that it controls.
struct InBandRemote {
    std::uint32_t address = 0; // IPv4, as a number
    std::uint16_t port = 0;

    auto operator<=>(const InBandRemote &) const = default;
};

// What the host, whose address at the bridge is `local`, and its controllers need to talk: DHCP,
// ARP and the connections. Without remotes nothing.
std::vector<HiddenFlow> in_band_flows(const model::Mac &local,
                                      const std::vector<InBandRemote> &remotes);

} // namespace bvs::daemon
