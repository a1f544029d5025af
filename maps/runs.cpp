// SPDX-License-Identifier: Apache-2.0
#include "maps/runs.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace bvs::maps {

std::uint32_t Runs::rounded(std::uint32_t length) {
    if (length <= 16)
        return std::max(length, 1U);
    const auto step = std::bit_floor(length - 1) / 4;
    return (length + step - 1) / step * step;
}

Result<std::uint32_t> Runs::take(std::uint32_t length) {
    length = rounded(length);
    if (length >= space_.chunk)
        return std::unexpected(Error{
            fmt::format("a run of {} is longer than a chunk of {}", length, space_.chunk), ENOSPC});
    auto first = from_free(length, length);
    if (!first)
        first = from_end(length);
    if (!first)
        first = from_free(length, space_.chunk);
    if (!first) {
        merge();
        first = from_free(length, space_.chunk);
    }
    if (!first)
        return std::unexpected(
            Error{fmt::format("there is no room for {} in {} of which {} are in use", length,
                              space_.size(), in_use_),
                  ENOSPC});
    in_use_ += length;
    return first;
}

std::uint32_t Runs::from_end(std::uint32_t length) {
    if (const auto left = space_.chunk - next_ % space_.chunk; left < length) {
        free_range(next_, next_ + left);
        next_ += left;
    }
    while (next_ + length > space_.size())
        if (!space_.grow())
            return 0;
    next_ += length;
    return next_ - length;
}

// From one of the shortest that will do, the rest of which stays free.
std::uint32_t Runs::from_free(std::uint32_t length, std::uint32_t most) {
    for (auto runs = free_.lower_bound(length); runs != free_.end() && runs->first <= most;
         ++runs) {
        if (runs->second.empty())
            continue;
        const auto first = runs->second.back();
        const auto end = first + runs->first;
        runs->second.pop_back();
        free_range(first + length, end);
        return first;
    }
    return 0;
}

// Neighbours become one; where there is no other room only, as it looks at all that is free.
void Runs::merge() {
    std::map<std::uint32_t, std::uint32_t> all;
    for (const auto &[length, runs] : std::exchange(free_, {}))
        for (const auto first : runs)
            all[first] = length;
    for (auto run = all.begin(); run != all.end();) {
        const auto first = run->first;
        auto end = first;
        for (; run != all.end() && run->first == end; ++run)
            end += run->second;
        free_range(first, end);
    }
}

// Into as few runs as their lengths allow.
void Runs::free_range(std::uint32_t first, std::uint32_t end) {
    while (first < end) {
        auto length = std::min(end - first, space_.chunk - first % space_.chunk);
        if (rounded(length) != length) {
            const auto step = std::bit_floor(length) / 4;
            length = length / step * step;
        }
        free_[length].push_back(first);
        first += length;
    }
}

void Runs::give_back(std::uint32_t first, std::uint32_t length) {
    length = rounded(length);
    free_[length].push_back(first);
    in_use_ -= length;
}

void Runs::adopt(const std::map<std::uint32_t, std::uint32_t> &taken) {
    free_.clear();
    next_ = 1;
    in_use_ = 0;
    for (const auto &[first, length] : taken) {
        free_range(next_, first);
        next_ = first + rounded(length);
        in_use_ += rounded(length);
    }
}

} // namespace bvs::maps
