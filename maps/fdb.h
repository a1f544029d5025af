// SPDX-License-Identifier: Apache-2.0
//
// The daemon's side of the forwarding database, whose protocol maps/abi.h lays down: ageing,
// listing, static entries and deletion. BPF learns at the same time.
//
// A deleted entry is freed by the sweep after the one that found it dead, and sweeps are to be at
// least some milliseconds apart, longer than a packet takes: then no packet that still holds a slot
// finds another address in it.
#pragma once

#include "base/result.h"
#include "maps/abi.h"
#include "maps/array.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace bvs::maps {

struct FdbEntry {
    std::uint64_t mac = 0; // 48 bits
    std::uint16_t vid = 0;
    std::uint16_t bridge = 0; // number
    std::uint32_t port = 0;   // number
    std::uint32_t seen = 0;   // ticks of BVS_TICK_SHIFT; BVS_FDB_STATIC: static

    bool is_static() const { return seen == BVS_FDB_STATIC; }
    bool operator==(const FdbEntry &) const = default;
};

class Fdb {
  public:
    // The maps outlive the table.
    Fdb(Array<bvs_fdb_bucket> &table, Array<bvs_learned> &of_ports, Array<bvs_learned> &of_bridges,
        std::uint64_t seed);

    static std::uint32_t now(); // ticks

    std::vector<FdbEntry> list(std::uint16_t bridge) const;
    std::optional<FdbEntry> find(std::uint16_t bridge, std::uint64_t mac, std::uint16_t vid) const;
    std::size_t size() const; // of all bridges, counted

    // Adds, moves or makes static; entry.seen as given. An error where the bucket is full.
    Result<> add(const FdbEntry &entry);
    bool remove(std::uint16_t bridge, std::uint64_t mac, std::uint16_t vid);

    // Removes what the predicate says; returns how many.
    std::size_t remove_if(const std::function<bool(const FdbEntry &)> &doomed);

    // Frees the slots of what an earlier call removed, and removes entries last seen more than
    // max_age(bridge) ticks ago (0: never). Returns how many aged out.
    std::size_t sweep(const std::function<std::uint32_t(std::uint16_t bridge)> &max_age);

  private:
    void forget(bvs_fdb_entry &entry);
    void account(const FdbEntry &entry, int change);

    Array<bvs_fdb_bucket> &table_;
    Array<bvs_learned> &of_ports_;
    Array<bvs_learned> &of_bridges_;
    std::uint64_t seed_;
};

} // namespace bvs::maps
