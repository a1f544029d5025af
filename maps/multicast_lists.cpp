// SPDX-License-Identifier: Apache-2.0
#include "maps/multicast_lists.h"

#include <algorithm>
#include <cerrno>
#include <ranges>

namespace bvs::maps {

namespace {

constexpr const char *k_fewer_groups =
    "lower mcast-snooping-table-size; what has no room goes to all ports";

} // namespace

Result<MulticastLists> MulticastLists::open(int receivers_fd, int lists_fd) {
    auto cells = Array<bvs_receiver>::open(receivers_fd, "receivers");
    if (!cells)
        return std::unexpected(cells.error());
    auto places = Places::open(lists_fd, "multicast_lists", k_fewer_groups);
    if (!places)
        return std::unexpected(places.error());
    MulticastLists lists(std::move(*cells), std::move(*places));
    lists.adopt();
    return lists;
}

void MulticastLists::adopt() {
    std::set<std::uint32_t> used = {0};
    for (const auto &[key, first] : places_.all()) {
        Receivers receivers;
        const auto cells = cells_from(first);
        used.insert(cells.begin(), cells.end());
        for (const auto cell : cells)
            if (const auto receiver = cells_.get(cell); receiver.port)
                receivers[receiver.port] = receiver.reasons;
        const auto [list, is_new] = lists_.try_emplace(std::move(receivers));
        if (is_new)
            list->second.cells = cells;
        list->second.users++;
        list_of_[key] = list;
    }
    next_ = *used.rbegin() + 1;
    for (std::uint32_t cell = 1; cell < next_; ++cell)
        if (!used.contains(cell))
            free_.push_back(cell);
}

std::vector<std::uint32_t> MulticastLists::cells_from(std::uint32_t first) const {
    std::vector<std::uint32_t> cells;
    for (auto cell = first; cell && cell < cells_.size() && cells.size() < BVS_MAX_PORTS;
         cell = cells_.get(cell).next)
        cells.push_back(cell);
    return cells;
}

std::uint32_t MulticastLists::take_cell() {
    if (free_.empty())
        return next_++;
    const auto cell = free_.back();
    free_.pop_back();
    return cell;
}

Result<MulticastLists::Lists::iterator> MulticastLists::use(const Receivers &receivers) {
    if (const auto there = lists_.find(receivers); there != lists_.end()) {
        there->second.users++;
        return there;
    }
    const auto needed = std::max<std::size_t>(1, receivers.size()); // a list of nobody has one too
    if (needed > free_cells())
        return std::unexpected(
            Error{fmt::format("all {} places for receivers of multicast are taken; {}",
                              cells_.size(), k_fewer_groups),
                  ENOSPC});
    List list{.cells = {}, .users = 1};
    while (list.cells.size() < needed)
        list.cells.push_back(take_cell());
    auto cell = list.cells.rbegin();
    std::uint32_t next = 0;
    for (const auto &[port, reasons] : receivers | std::views::reverse) {
        cells_.set(*cell,
                   {.port = static_cast<std::uint16_t>(port), .reasons = reasons, .next = next});
        next = *cell++;
    }
    if (receivers.empty())
        cells_.set(*cell, {});
    return lists_.emplace(receivers, std::move(list)).first;
}

void MulticastLists::release(Lists::iterator list) {
    if (--list->second.users)
        return;
    const auto &cells = list->second.cells;
    released_.insert(released_.end(), cells.begin(), cells.end());
    lists_.erase(list);
}

Result<> MulticastLists::set(const bvs_multicast_key &key, const Receivers &receivers) {
    const auto before = list_of_.find(key);
    if (before != list_of_.end() && before->second->first == receivers)
        return {};
    auto list = use(receivers);
    if (!list) {
        erase(key);
        return std::unexpected(list.error());
    }
    if (auto set = places_.set(key, (*list)->second.cells.front()); !set) {
        release(*list);
        erase(key);
        return set;
    }
    if (before == list_of_.end()) {
        list_of_[key] = *list;
    } else {
        release(before->second);
        before->second = *list;
    }
    return {};
}

void MulticastLists::erase(const bvs_multicast_key &key) {
    const auto there = list_of_.find(key);
    if (there == list_of_.end())
        return;
    (void)places_.erase(key);
    release(there->second);
    list_of_.erase(there);
}

// What is new is there before what is old goes.
Result<> MulticastLists::assign(std::uint16_t bridge, const Entries &entries) {
    Result<> result;
    std::set<bvs_multicast_key, Order> wanted;
    for (const auto &[key, receivers] : entries) {
        wanted.insert(key);
        if (auto done = set(key, receivers); !done && result)
            result = done;
    }
    std::vector<bvs_multicast_key> unwanted;
    for (const auto &[key, list] : list_of_)
        if (key.bridge == bridge && !wanted.contains(key))
            unwanted.push_back(key);
    for (const auto &key : unwanted)
        erase(key);
    return result;
}

MulticastLists::Entries MulticastLists::all() const {
    Entries all;
    for (const auto &[key, list] : list_of_)
        all.emplace_back(key, list->first);
    return all;
}

void MulticastLists::every_second() {
    free_.insert(free_.end(), resting_.begin(), resting_.end());
    resting_ = std::exchange(released_, {});
}

} // namespace bvs::maps
