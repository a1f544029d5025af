// SPDX-License-Identifier: Apache-2.0
#include "maps/accounts.h"

#include "maps/store.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

namespace bvs::maps {

namespace {

constexpr std::uint32_t k_chunk = 1U << BVS_ACCOUNT_SHIFT;
constexpr std::uint32_t k_first_chunks = 16; // of all CPUs together, if they are fewer

bvs_account_counts operator-(const bvs_account_counts &a, const bvs_account_counts &b) {
    return {a.packets - b.packets, a.bytes - b.bytes, a.ip_bytes - b.ip_bytes};
}

void operator+=(bvs_account_counts &a, const bvs_account_counts &b) {
    a.packets += b.packets;
    a.bytes += b.bytes;
    a.ip_bytes += b.ip_bytes;
}

// Packets first, as BPF adds them last: their bytes are there.
bvs_account_counts read(bvs_account_counts &counts) {
    const auto packets = load(counts.packets);
    return {packets, load(counts.bytes), load(counts.ip_bytes)};
}

std::uint64_t earlier(std::uint64_t a, std::uint64_t b) { // 0: none
    return a && b ? std::min(a, b) : a | b;
}

void add_times(AccountSum &sum, std::uint64_t started, std::uint64_t first, std::uint64_t last) {
    sum.started = earlier(sum.started, started ? started : first);
    sum.first = earlier(sum.first, first);
    sum.last = std::max(sum.last, last);
}

} // namespace

Result<> Accounts::start() {
    if (cpus_ > BVS_MAX_CPUS)
        return fail("{} CPUs are more than the {} that BVS counts flows for", cpus_, BVS_MAX_CPUS);
    return sets() ? Result<>() : make(0, std::bit_floor(std::max(k_first_chunks / cpus_, 1U)));
}

Result<> Accounts::grow() {
    const auto chunks = sets() / k_chunk;
    if (chunks >= BVS_ACCOUNT_CHUNKS)
        return std::unexpected(Error{
            fmt::format("{} flows a CPU are the most that are counted", sets() * BVS_ACCOUNT_WAYS),
            ENOSPC});
    return make(chunks, 2 * chunks);
}

Result<> Accounts::make(std::uint32_t from, std::uint32_t to) {
    std::vector<std::uint32_t> places;
    for (unsigned cpu = 0; cpu < cpus_; ++cpu)
        for (auto chunk = from; chunk < to; ++chunk)
            places.push_back(cpu * BVS_ACCOUNT_CHUNKS + chunk);
    if (auto made = maps_.accounts.make(places); !made)
        return made;
    store(maps_.account_info.at(0).sets, to * k_chunk);
    return {};
}

bvs_account_set &Accounts::set_of(const Place &place) const {
    const auto chunk = place.cpu * BVS_ACCOUNT_CHUNKS + place.set / k_chunk;
    return reinterpret_cast<bvs_account_set *>(maps_.accounts.begin(chunk))[place.set % k_chunk];
}

bool Accounts::crowded() const {
    return most_used_ > std::uint64_t{sets()} * BVS_ACCOUNT_WAYS / 2;
}

void Accounts::sweep(std::uint32_t from, std::uint32_t to, const Decide &decide,
                     const Report &report) {
    if (from == 0) {
        used_ = std::reduce(counting_.begin(), counting_.end());
        most_used_ = counting_.empty() ? 0 : std::ranges::max(counting_);
        counting_.assign(cpus_, 0);
    }
    Places flow;
    for (auto set = from; set < std::min(to, sets()); ++set) {
        collect(set);
        while (!found_.empty()) {
            take_flow(flow);
            const auto fate = decide(peek(flow));
            if (fate == Fate::report)
                this->report(flow, false, report);
            if (fate != Fate::end)
                continue;
            for (const auto &place : flow)
                store(tag_of(place).hash, place.hash | BVS_ACCOUNT_ENDED);
            ending_.push_back(flow);
        }
    }
}

// What is marked already, a former daemon has left.
void Accounts::collect(std::uint32_t set) {
    found_.clear();
    for (unsigned cpu = 0; cpu < cpus_; ++cpu) {
        Place place{.hash = 0, .cpu = cpu, .set = set, .way = 0};
        for (; place.way < BVS_ACCOUNT_WAYS; ++place.way) {
            place.hash = load(tag_of(place).hash);
            if (!place.hash)
                continue;
            ++counting_[cpu];
            if (place.hash & BVS_ACCOUNT_ENDED)
                ending_.push_back({place});
            else
                found_.push_back(place);
        }
    }
}

void Accounts::take_flow(Places &flow) {
    const auto first = found_.front();
    const auto &key = account_of(first).key;
    const auto rest = std::partition(found_.begin(), found_.end(), [&](const Place &place) {
        return place.hash != first.hash ||
               std::memcmp(&account_of(place).key, &key, sizeof key) != 0;
    });
    flow.assign(rest, found_.end());
    found_.erase(rest, found_.end());
}

AccountSum Accounts::peek(const Places &flow) const {
    AccountSum sum{.key = account_of(flow.front()).key};
    for (const auto &place : flow) {
        auto &account = account_of(place);
        const auto &reported = set_of(place).reported[place.way];
        sum.counts += read(account.counts) - reported.counts;
        sum.tcp_flags |= load(tag_of(place).tcp_flags);
        add_times(sum, reported.started, load(account.first), load(account.last));
    }
    return sum;
}

void Accounts::report(const Places &flow, bool ended, const Report &report) {
    AccountSum sum{.key = account_of(flow.front()).key};
    for (const auto &place : flow)
        take(place, sum);
    if (sum.counts.packets)
        report(sum, ended);
}

// `first` goes before the counters are read: a packet that finds it gone is not among them, or its
// time is too early for the next report by as much as this takes.
void Accounts::take(const Place &place, AccountSum &sum) {
    auto &account = account_of(place);
    auto &reported = set_of(place).reported[place.way];
    const auto first = std::atomic_ref(account.first).exchange(0);
    const auto counts = read(account.counts);
    if (load(account.last) >= sum.last)
        sum.output = load(tag_of(place).output);
    sum.tcp_flags |= std::atomic_ref(tag_of(place).tcp_flags).exchange(0);
    add_times(sum, reported.started, first, load(account.last));
    sum.counts += counts - reported.counts;
    if (!reported.started)
        reported.started = first;
    reported.counts = counts;
}

void Accounts::finish(const Grace &grace, const Report &report) {
    if (ending_.empty())
        return;
    grace();
    for (const auto &flow : std::exchange(ending_, {})) {
        this->report(flow, true, report);
        for (const auto &place : flow)
            free(place);
    }
}

void Accounts::free(const Place &place) {
    auto &tag = tag_of(place);
    account_of(place) = {};
    set_of(place).reported[place.way] = {};
    store(tag.tcp_flags, std::uint16_t{0});
    store(tag.output, std::uint16_t{0});
    store(tag.hash, 0U);
}

} // namespace bvs::maps
