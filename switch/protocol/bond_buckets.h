// SPDX-License-Identifier: Apache-2.0
//
// Which member of a balanced bond carries which frames: a frame's hash names one of 256 buckets, a
// bucket one member. Loads are in bytes, those of earlier intervals at half, a quarter and so on.
//
// Invariant: a bucket belongs to one of the members last assigned; to none only if there are none.
// A bucket with load moves only when its member goes, or when that evens out loads. A value.
#pragma once

#include "switch/protocol/bytes.h"

#include <array>
#include <bitset>
#include <optional>
#include <vector>

namespace bvs::protocol {

class BondBuckets {
  public:
    static constexpr std::size_t k_count = 256;
    using Set = std::bitset<k_count>;

    struct Move {
        std::size_t bucket;
        PortId from;
        PortId to;
        std::uint64_t load;

        bool operator==(const Move &) const = default;
    };

    std::optional<PortId> member(std::size_t bucket) const { return buckets_.at(bucket).member; }
    std::uint64_t load(std::size_t bucket) const { return buckets_.at(bucket).load; }

    void account(std::size_t bucket, std::uint64_t bytes) { buckets_.at(bucket).load += bytes; }
    void move(std::size_t bucket, PortId to) { buckets_.at(bucket).member = to; }

    // From now on these are the members. Says which buckets had another and lost it.
    Set assign(const std::vector<PortId> &members);

    // Moves load from the busiest to the least busy members, where it is worth while, and ages it.
    std::vector<Move> rebalance(const std::vector<PortId> &members);

  private:
    struct Bucket {
        std::optional<PortId> member;
        std::uint64_t load = 0;
    };

    std::array<Bucket, k_count> buckets_;
};

} // namespace bvs::protocol
