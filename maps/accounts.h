// SPDX-License-Identifier: Apache-2.0
//
// The daemon's side of the flows that are counted for collectors, whose protocol maps/account.h
// lays down. What several CPUs have counted of a flow is one.
//
// What was reported stands in the maps at once, so that it is neither lost nor reported twice when
// another daemon takes over. Bytes of a packet that comes in just now may be in the report before
// the packet is. One thread; packets are counted at the same time.
#pragma once

#include "base/result.h"
#include "maps/grace.h"
#include "maps/maps.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace bvs::maps {

// What a flow has that was not reported yet. Times are CLOCK_MONOTONIC's, in ns.
struct AccountSum {
    bvs_account_key key{};
    bvs_account_counts counts{};
    std::uint64_t started = 0; // the flow
    std::uint64_t first = 0;   // packet that is not reported
    std::uint64_t last = 0;    // packet
    std::uint16_t tcp_flags = 0;
    std::uint16_t output = 0;
};

class Accounts {
  public:
    Accounts(Maps &maps, unsigned cpus) : maps_(maps), cpus_(cpus) {}

    enum class Fate { stay, report, end };
    using Decide = std::function<Fate(const AccountSum &)>;
    // With `ended`, the flow is no more. Of a flow without news there is no report.
    using Report = std::function<void(const AccountSum &, bool ended)>;

    // Tables for all CPUs, if there are none yet; and such that have twice the places. Errors have
    // code ENOSPC or ENOMEM; then things are as they were.
    Result<> start();
    Result<> grow();

    std::uint32_t sets() const { return maps_.account_info.get(0).sets; }
    std::uint64_t capacity() const { return std::uint64_t{sets()} * cpus_ * BVS_ACCOUNT_WAYS; }

    // Asks what is to become of each flow of some sets. Of those that are to end, those that know
    // them may still count until finish() reports and frees them.
    void sweep(std::uint32_t from, std::uint32_t to, const Decide &decide, const Report &report);
    void finish(const Grace &grace, const Report &report);

    // Places in use that the sweeps of all sets have found.
    std::uint64_t used() const { return used_; }
    bool crowded() const; // of a CPU's places the half is taken

  private:
    struct Place {
        std::uint32_t hash;
        std::uint32_t cpu;
        std::uint32_t set;
        std::uint32_t way;
    };
    using Places = std::vector<Place>;

    Result<> make(std::uint32_t from, std::uint32_t to);
    bvs_account_set &set_of(const Place &place) const;
    bvs_account &account_of(const Place &place) const { return set_of(place).way[place.way]; }
    bvs_account_tag &tag_of(const Place &place) const { return set_of(place).tag[place.way]; }

    void collect(std::uint32_t set);
    void take_flow(Places &flow); // out of found_
    AccountSum peek(const Places &flow) const;
    void report(const Places &flow, bool ended, const Report &report);
    void take(const Place &place, AccountSum &sum);
    void free(const Place &place);

    Maps &maps_;
    unsigned cpus_;
    Places found_; // in one set
    std::vector<Places> ending_;
    std::vector<std::uint64_t> counting_; // places that this round has found, by CPU
    std::uint64_t used_ = 0;
    std::uint64_t most_used_ = 0; // of a CPU
};

} // namespace bvs::maps
