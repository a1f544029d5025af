// SPDX-License-Identifier: Apache-2.0
//
// What belongs to a tunnel port when it comes in (maps/tunnel.h): the ends of all tunnel ports and,
// kept in step with them, the listeners. These tell BPF which packets may be for a tunnel at all,
// all others being left to the host, and which precisions are worth a look.
//
// A listener tells of an end only while the end is there: it is told last and forgets first. A
// daemon that takes over finds the ends; listeners that do not agree with them are put right.
//
// Handles of the maps, whose descriptors stay the giver's. One thread.
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/hash.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace bvs::maps {

using LocalAddresses = Hash<bvs_address, std::uint32_t>; // of 1
using SourceAddresses = Hash<bvs_source_key, bvs_address>;
using Gatherers = Hash<std::uint32_t, std::uint64_t>; // MAC by ifindex

class TunnelEnds {
  public:
    static Result<TunnelEnds> open(int ends_fd, int listeners_fd);

    // What comes to this end is the port's, be the end new or until now another port's. An error
    // with code EADDRINUSE if tunnels of another type listen at the UDP port; nothing has changed
    // then, nor if there is no room.
    Result<> set(const bvs_tunnel_end &end, std::uint32_t port);
    Result<> erase(const bvs_tunnel_end &end); // or nothing, if there is none

    std::optional<std::uint32_t> find(const bvs_tunnel_end &end) const { return ends_.find(end); }
    std::vector<std::pair<bvs_tunnel_end, std::uint32_t>> all() const { return ends_.all(); }

    // By bvs_listener_key(), which has the IP protocol above the port.
    std::vector<std::pair<std::uint32_t, bvs_listener>> listeners() const {
        return listeners_.all();
    }

    void count_in(std::uint32_t &version) {
        ends_.count_in(version);
        listeners_.count_in(version);
    }

    std::uint64_t writes() const { return ends_.writes() + listeners_.writes(); }

  private:
    using Ends = Hash<bvs_tunnel_end, std::uint32_t>;
    using Listeners = Hash<std::uint32_t, bvs_listener>;

    struct Count { // of what a listener stands for
        std::uint16_t type = 0;
        std::array<std::uint32_t, BVS_PRECISIONS> ends{}; // by precision
    };

    TunnelEnds(Ends ends, Listeners listeners)
        : ends_(std::move(ends)), listeners_(std::move(listeners)) {}
    Result<> adopt();
    Result<> tell(std::uint32_t listener); // or forget it

    Ends ends_;
    Listeners listeners_;
    std::map<std::uint32_t, Count> counts_; // by listener
};

} // namespace bvs::maps
