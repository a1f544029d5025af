// SPDX-License-Identifier: Apache-2.0
#include "maps/subtables.h"

#include "maps/store.h"

#include <algorithm>

namespace bvs::maps {

Subtables::Subtables(Arrays arrays)
    : arrays_(arrays),
      runs_({.chunk = BVS_SUBTABLE_LIST_ENTRIES,
             .size = [this] { return static_cast<std::uint32_t>(arrays_.lists.size()); },
             .grow = []() -> Result<> {
                 return std::unexpected(Error{"the lists of subtables are full", ENOSPC});
             }}),
      infos_(1) {}

Subtables::Mask Subtables::mask_of(std::uint32_t table, const bvs_subtable &subtable) {
    Mask mask = {.table = table, .subtable = subtable};
    mask.subtable.max_priority = 0;
    return mask;
}

Result<std::uint32_t> Subtables::acquire(std::uint32_t table, const bvs_subtable &subtable,
                                         std::uint32_t priority) {
    const auto mask = mask_of(table, subtable);
    const auto found = by_mask_.find(mask);
    const auto number = found != by_mask_.end() ? found->second : make(mask);
    if (!number)
        return number;
    auto &info = infos_[*number];
    if (info.priorities.empty() || info.highest() < priority)
        changed_.insert(table);
    ++info.priorities[priority];
    auto &there = arrays_.subtables.at(*number).max_priority;
    if (there < priority)
        store(there, priority);
    return number;
}

Result<std::uint32_t> Subtables::make(const Mask &mask) {
    auto number = static_cast<std::uint32_t>(infos_.size());
    if (!free_.empty()) {
        number = free_.back();
        free_.pop_back();
    } else if (number < arrays_.subtables.size()) {
        infos_.emplace_back();
    } else {
        return std::unexpected(
            Error{fmt::format("all {} subtables are in use: too many different masks", number - 1),
                  ENOSPC});
    }
    infos_[number].table = static_cast<std::uint32_t>(mask.table);
    arrays_.subtables.set(number, mask.subtable);
    by_mask_.emplace(mask, number);
    members_[infos_[number].table].push_back(number);
    return number;
}

void Subtables::release(std::uint32_t subtable, std::uint32_t priority) {
    auto &info = infos_[subtable];
    const auto highest = info.highest();
    const auto count = info.priorities.find(priority);
    if (--count->second == 0)
        info.priorities.erase(count);
    if (info.priorities.empty() || info.highest() < highest)
        changed_.insert(info.table);
}

Result<Subtables::Run> Subtables::write_list(const std::vector<std::uint32_t> &members) {
    Run list = {.length = static_cast<std::uint32_t>(members.size())};
    if (members.empty())
        return list;
    const auto first = runs_.take(list.length);
    if (!first)
        return std::unexpected(first.error());
    list.first = *first;
    for (std::uint32_t i = 0; i < list.length; ++i)
        arrays_.lists.at(list.first + i) = members[i];
    return list;
}

void Subtables::replace_list(std::uint32_t table, Run list) {
    auto &there = arrays_.tables.at(table).list;
    const auto old = there;
    store<__u64>(there, static_cast<__u64>(list.first) << 32 | list.length);
    if (const auto length = static_cast<std::uint32_t>(old))
        old_lists_.push_back({static_cast<std::uint32_t>(old >> 32), length});
}

Result<> Subtables::publish() {
    std::map<std::uint32_t, Run> lists;
    for (const auto table : changed_) {
        std::vector<std::uint32_t> sorted;
        for (const auto subtable : members_[table])
            if (!infos_[subtable].priorities.empty())
                sorted.push_back(subtable);
        std::ranges::stable_sort(sorted, std::greater(), [this](std::uint32_t subtable) {
            return infos_[subtable].highest();
        });
        const auto list = write_list(sorted);
        if (!list) {
            for (const auto &[ignored, written] : lists)
                if (written.length)
                    runs_.give_back(written.first, written.length);
            return std::unexpected(list.error());
        }
        lists[table] = *list;
    }
    for (const auto &[table, list] : lists) {
        replace_list(table, list);
        for (const auto subtable : members_[table]) {
            const auto &info = infos_[subtable];
            if (info.priorities.empty())
                leaving_.push_back(subtable);
            else if (info.highest() < arrays_.subtables.at(subtable).max_priority)
                lowering_[subtable] = std::max(lowering_[subtable], info.highest());
        }
    }
    changed_.clear();
    return {};
}

void Subtables::settle() {
    for (const auto &list : std::exchange(old_lists_, {}))
        runs_.give_back(list.first, list.length);
    for (const auto &[subtable, priority] : std::exchange(lowering_, {})) {
        const auto &info = infos_[subtable];
        const auto highest = info.priorities.empty() ? 0 : info.highest();
        store(arrays_.subtables.at(subtable).max_priority, std::max(priority, highest));
        if (highest < priority) // more rules went since
            changed_.insert(info.table);
    }
    std::ranges::sort(leaving_);
    const auto twice = std::ranges::unique(leaving_);
    leaving_.erase(twice.begin(), twice.end());
    for (const auto subtable : std::exchange(leaving_, {})) {
        auto &info = infos_[subtable];
        if (!info.priorities.empty() || changed_.contains(info.table))
            continue; // wanted again; if not any more, publish() will say so
        by_mask_.erase(mask_of(info.table, arrays_.subtables.at(subtable)));
        std::erase(members_[info.table], subtable);
        free_.push_back(subtable);
    }
}

void Subtables::adopt() {
    std::map<std::uint32_t, std::uint32_t> runs;
    std::set<std::uint32_t> taken;
    for (std::uint32_t table = 0; table < arrays_.tables.size(); ++table) {
        const auto list = arrays_.tables.at(table).list;
        const auto length = static_cast<std::uint32_t>(list);
        if (!length)
            continue;
        const auto first = static_cast<std::uint32_t>(list >> 32);
        runs[first] = length;
        for (auto place = first; place < first + length; ++place) {
            const auto subtable = arrays_.lists.at(place);
            if (infos_.size() <= subtable)
                infos_.resize(subtable + 1);
            taken.insert(subtable);
            infos_[subtable].table = table;
            members_[table].push_back(subtable);
            by_mask_.emplace(mask_of(table, arrays_.subtables.at(subtable)), subtable);
        }
        changed_.insert(table);
    }
    runs_.adopt(runs);
    for (std::uint32_t subtable = 1; subtable < infos_.size(); ++subtable)
        if (!taken.contains(subtable))
            free_.push_back(subtable);
}

void Subtables::adopt_rule(std::uint32_t subtable, std::uint32_t priority) {
    ++infos_[subtable].priorities[priority];
}

} // namespace bvs::maps
