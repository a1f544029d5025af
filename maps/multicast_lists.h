// SPDX-License-Identifier: Apache-2.0
//
// Which ports have which multicast, as maps/multicast.h has it: keys and their lists of receivers.
// Keys with the same receivers share a list. A list is written before a key leads to it, and its
// cells are used again only after a packet that came to it has long ended: see every_second(). A
// daemon that takes over finds what the one before it wrote.
//
// Handles of the maps, whose descriptors stay the giver's. One thread.
#pragma once

#include "base/result.h"
#include "maps/array.h"
#include "maps/hash.h"
#include "maps/multicast.h"

#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace bvs::maps {

using Receivers = std::map<std::uint32_t, std::uint16_t>; // reasons by port's number

class MulticastLists {
  public:
    static Result<MulticastLists> open(int receivers_fd, int lists_fd);

    using Entries = std::vector<std::pair<bvs_multicast_key, Receivers>>;

    // These are the bridge's keys, and no others. An error with code ENOSPC if there is no room for
    // all; what has none goes to everybody.
    Result<> assign(std::uint16_t bridge, const Entries &entries);

    Entries all() const;

    // Cells of lists that no key has led to for a second or more are free.
    void every_second();

    std::size_t free_cells() const { return cells_.size() - next_ + free_.size(); }
    std::uint64_t writes() const { return cells_.writes() + places_.writes(); }

  private:
    struct Order {
        bool operator()(const bvs_multicast_key &a, const bvs_multicast_key &b) const {
            return std::memcmp(&a, &b, sizeof a) < 0;
        }
    };
    struct List {
        std::vector<std::uint32_t> cells; // in their order
        std::uint32_t users = 0;
    };
    using Lists = std::map<Receivers, List>;
    using Places = Hash<bvs_multicast_key, std::uint32_t>;

    MulticastLists(Array<bvs_receiver> cells, Places places)
        : cells_(std::move(cells)), places_(std::move(places)) {}
    void adopt();
    std::vector<std::uint32_t> cells_from(std::uint32_t first) const;
    std::uint32_t take_cell();
    Result<> set(const bvs_multicast_key &key, const Receivers &receivers);
    void erase(const bvs_multicast_key &key); // or nothing, if there is none
    Result<Lists::iterator> use(const Receivers &receivers);
    void release(Lists::iterator list);

    Array<bvs_receiver> cells_;
    Places places_;
    Lists lists_;
    std::map<bvs_multicast_key, Lists::iterator, Order> list_of_;
    std::uint32_t next_ = 1; // cells from here on were never used
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> released_; // in this second
    std::vector<std::uint32_t> resting_;  // in the one before
};

} // namespace bvs::maps
