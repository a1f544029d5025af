// SPDX-License-Identifier: Apache-2.0
//
// BFD as the column Interface.bfd asks for it, with ovs-vswitchd's defaults. Values only.
#pragma once

#include "switch/protocol/bytes.h"

#include <optional>

namespace bvs::protocol {

struct BfdSettings {
    Milliseconds min_rx{1000};
    Milliseconds min_tx{100};
    Milliseconds decay_min_rx{0}; // 0: the interval does not depend on traffic
    std::uint8_t multiplier = 3;
    bool forwarding_if_rx = false;
    bool cpath_down = false;
    bool check_tunnel_key = false;          // take only what came with a tunnel key of zero
    bool oam = false;                       // tell a tunnel that has such a bit to set it
    std::optional<model::Mac> local_source; // nothing: the interface's own
    model::Mac local_destination = {0x00, 0x23, 0x20, 0x00, 0x00, 0x01};
    std::optional<model::Mac> remote_destination; // take only what was sent there
    std::uint32_t source_ip = 0xa9fe0101;         // 169.254.1.1
    std::uint32_t destination_ip = 0xa9fe0100;    // 169.254.1.0
    bool checks_ip = false;                       // take only what was sent to source_ip

    bool operator==(const BfdSettings &) const = default;
};

// Nothing if BFD is not enabled.
std::optional<BfdSettings> settle_bfd(const std::string &interface, const model::StringMap &bfd,
                                      model::Warnings &warnings);

} // namespace bvs::protocol
