// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond_buckets.h"

#include <map>

namespace bvs::protocol {

namespace {

// Differences below these are not worth moving a flow for: 3 % of the load, and 100 kB.
constexpr unsigned k_small_share_shift = 5;
constexpr std::uint64_t k_small_load = 100'000;
// Of the load moved, at least a fifth has to come off the difference.
constexpr std::uint64_t k_least_gain_divisor = 5;

struct Share {
    PortId member;
    std::uint64_t load = 0;
    std::vector<std::size_t> movable; // buckets with load that were not moved yet
};

bool improves(const Share &from, const Share &to, std::uint64_t load) {
    const auto overload = from.load - to.load;
    return load < overload && 2 * (overload - load) > load / k_least_gain_divisor;
}

std::uint64_t distance(std::uint64_t left, std::uint64_t right) {
    return left > right ? left - right : right - left;
}

} // namespace

BondBuckets::Set BondBuckets::assign(const std::vector<PortId> &members) {
    Set lost;
    std::map<PortId, std::size_t> counts;
    for (const PortId member : members)
        counts[member] = 0;
    for (auto &bucket : buckets_)
        if (bucket.member && counts.contains(*bucket.member))
            counts[*bucket.member]++;
    for (std::size_t i = 0; i < k_count; i++) {
        auto &[member, load] = buckets_[i];
        const bool orphaned = !member || !counts.contains(*member);
        lost[i] = member && orphaned;
        if (orphaned)
            member.reset();
        if (counts.empty() || (member && load > 0))
            continue;
        auto &[fewest, count] =
            *std::ranges::min_element(counts, {}, [](const auto &entry) { return entry.second; });
        if (member && counts[*member] <= count + 1)
            continue;
        if (member)
            counts[*member]--;
        member = fewest;
        count++;
    }
    return lost;
}

std::vector<BondBuckets::Move> BondBuckets::rebalance(const std::vector<PortId> &members) {
    std::vector<Share> shares;
    for (const PortId member : members) {
        shares.push_back({.member = member});
        for (std::size_t i = 0; i < k_count; i++)
            if (buckets_[i].member == member && buckets_[i].load > 0) {
                shares.back().load += buckets_[i].load;
                shares.back().movable.push_back(i);
            }
    }
    std::vector<Move> moves;
    while (shares.size() > 1) {
        std::ranges::stable_sort(shares, std::greater(), &Share::load);
        auto &from = shares.front();
        auto &to = shares.back();
        const auto overload = from.load - to.load;
        if (overload < to.load >> k_small_share_shift || overload < k_small_load)
            break;
        // The one that leaves the two closest together; what cannot help comes last.
        const auto rank = [&](std::size_t bucket) {
            const auto load = buckets_[bucket].load;
            return std::pair(!improves(from, to, load), distance(overload, 2 * load));
        };
        const auto best = std::ranges::min_element(from.movable, {}, rank);
        if (from.movable.size() < 2 || rank(*best).first) {
            shares.erase(shares.begin());
            continue;
        }
        const auto bucket = *best;
        const auto load = buckets_[bucket].load;
        moves.push_back({bucket, from.member, to.member, load});
        buckets_[bucket].member = to.member;
        from.load -= load;
        to.load += load;
        from.movable.erase(best);
    }
    for (auto &bucket : buckets_)
        bucket.load /= 2;
    return moves;
}

} // namespace bvs::protocol
