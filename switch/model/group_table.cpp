// SPDX-License-Identifier: Apache-2.0
#include "switch/model/group_table.h"

#include "switch/model/action_use.h"
#include "switch/model/compact_match.h"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
#include <set>

namespace bvs::model {

namespace {

using Buckets = std::vector<Bucket>;

// Groups that a packet can get to, or whose liveness is asked for.
std::set<std::uint32_t> next_of(const GroupDescription &group) {
    std::set<std::uint32_t> next;
    for (const auto &bucket : group.buckets) {
        for (const auto chained : groups_of(bucket.actions))
            next.insert(chained);
        if (bucket.watch_group != k_any_group)
            next.insert(bucket.watch_group);
    }
    return next;
}

Answer<> name_buckets(Buckets &buckets) {
    std::set<std::uint32_t> taken;
    for (const auto &bucket : buckets) {
        if (bucket.id == bucket_place::all)
            continue;
        if (bucket.id > bucket_place::max)
            return refuse(Refusal::group_bad_bucket,
                          fmt::format("{:#x} cannot be the id of a bucket", bucket.id));
        if (!taken.insert(bucket.id).second)
            return refuse(Refusal::group_bucket_exists,
                          fmt::format("there are two buckets {}", bucket.id));
    }
    std::uint32_t next = 0;
    for (auto &bucket : buckets) {
        if (bucket.id != bucket_place::all)
            continue;
        while (taken.contains(next))
            ++next;
        bucket.id = next++;
    }
    return {};
}

Answer<Buckets::const_iterator> find_bucket(const Buckets &buckets, std::uint32_t id) {
    const auto found = std::ranges::find(buckets, id, &Bucket::id);
    if (found == buckets.end())
        return refuse(Refusal::group_unknown_bucket, fmt::format("there is no bucket {}", id));
    return found;
}

Answer<Buckets> inserted(Buckets buckets, const GroupMod &mod) {
    auto place = buckets.cbegin();
    if (mod.place == bucket_place::last) {
        place = buckets.cend();
    } else if (mod.place <= bucket_place::max) {
        const auto found = find_bucket(buckets, mod.place);
        if (!found)
            return std::unexpected(found.error());
        place = *found + 1;
    } else if (mod.place != bucket_place::first) {
        return refuse(Refusal::group_bad_bucket,
                      fmt::format("buckets cannot be inserted at {:#x}", mod.place));
    }
    buckets.insert(place, mod.buckets.begin(), mod.buckets.end());
    return buckets;
}

Answer<Buckets> removed(Buckets buckets, std::uint32_t place) {
    if (place == bucket_place::all)
        return Buckets{};
    if (place > bucket_place::max && place != bucket_place::first && place != bucket_place::last)
        return refuse(Refusal::group_bad_bucket,
                      fmt::format("{:#x} cannot be the id of a bucket", place));
    if (place > bucket_place::max && buckets.empty())
        return refuse(Refusal::group_unknown_bucket, "the group has no bucket to remove");
    if (place == bucket_place::first)
        place = buckets.front().id;
    else if (place == bucket_place::last)
        place = buckets.back().id;
    const auto found = find_bucket(buckets, place);
    if (!found)
        return std::unexpected(found.error());
    buckets.erase(*found);
    return buckets;
}

bool watches(const Bucket &bucket) {
    return bucket.watch_port != port::any || bucket.watch_group != k_any_group;
}

Answer<> check_type(const GroupDescription &wanted) {
    const bool select = wanted.type == GroupType::select;
    const bool failover = wanted.type == GroupType::fast_failover;
    if (wanted.type > GroupType::fast_failover)
        return refuse(Refusal::group_bad_type,
                      fmt::format("there is no group type {}", static_cast<int>(wanted.type)));
    if (wanted.type == GroupType::indirect && wanted.buckets.size() != 1)
        return refuse(Refusal::group_invalid, fmt::format("an indirect group has one bucket, not "
                                                          "{}",
                                                          wanted.buckets.size()));
    std::uint32_t weight = 0;
    for (const auto &bucket : wanted.buckets) {
        if (bucket.weight && !select)
            return refuse(Refusal::group_invalid, "only buckets of select groups have a weight");
        if (failover && !watches(bucket))
            return refuse(Refusal::group_invalid,
                          "a bucket of a fast failover group must watch a port or a group");
        if (watches(bucket) && !failover && !select)
            return refuse(Refusal::group_watch_unsupported,
                          "only buckets of select and fast failover groups watch something");
        weight += bucket.weight;
    }
    if (weight > k_most_weight)
        return refuse(Refusal::group_weight_unsupported,
                      fmt::format("the weights come to {}; the most is {}", weight, k_most_weight));
    return {};
}

Answer<> check_selection(const GroupDescription &wanted) {
    const auto &[method, param, fields] = wanted.properties;
    if (method.empty())
        return {};
    if (wanted.type != GroupType::select)
        return refuse(Refusal::group_invalid, "only select groups have a selection method");
    if (method != "hash" && method != "dp_hash")
        return refuse(Refusal::group_invalid,
                      fmt::format("there is no selection method {}; use hash or dp_hash", method));
    if (method == "dp_hash" && !fields.empty())
        return refuse(Refusal::group_invalid, "the selection method dp_hash takes no fields");
    Match hashed;
    for (const auto &field : fields)
        hashed.set(field.field, field.mask, field.mask, field.tlv);
    if (word_masks(hashed.words()).size() > k_most_hash_words)
        return refuse(Refusal::group_invalid,
                      fmt::format("the fields to hash are spread over more than {} words",
                                  k_most_hash_words));
    return {};
}

Answer<> check_watch(const Bucket &bucket, const Inventory &inventory) {
    if (bucket.watch_port != port::any && bucket.watch_port != port::local &&
        !may_be_port(bucket.watch_port))
        return refuse(Refusal::group_bad_watch,
                      fmt::format("no port can have number {:#x}", bucket.watch_port));
    if (bucket.watch_group != k_any_group && !inventory.has_group(bucket.watch_group))
        return refuse(Refusal::group_bad_watch,
                      fmt::format("there is no group {} to watch", bucket.watch_group));
    return {};
}

// The group as the request wants it, given what it was.
Answer<GroupDescription> wanted_group(const GroupMod &mod, const GroupPtr &before) {
    GroupDescription wanted{mod.group, mod.type, mod.buckets, mod.properties};
    if (mod.command == GroupCommand::insert || mod.command == GroupCommand::remove_bucket) {
        wanted = before->description;
        auto buckets = mod.command == GroupCommand::insert
                           ? inserted(std::move(wanted.buckets), mod)
                           : removed(std::move(wanted.buckets), mod.place);
        if (!buckets)
            return std::unexpected(buckets.error());
        wanted.buckets = std::move(*buckets);
    }
    if (auto named = name_buckets(wanted.buckets); !named)
        return std::unexpected(named.error());
    return wanted;
}

} // namespace

Answer<GroupChanges> GroupTable::plan(const GroupMod &mod, const Inventory &inventory,
                                      std::chrono::nanoseconds now) const {
    if (mod.command == GroupCommand::remove)
        return plan_remove(mod.group);
    if (mod.command > GroupCommand::remove_bucket)
        return refuse(Refusal::group_bad_command, "there is no such command for groups");
    if (mod.group >= k_max_group)
        return refuse(Refusal::group_invalid,
                      fmt::format("{:#x} cannot be a group's number", mod.group));
    const auto before = find(mod.group);
    if (before && mod.command == GroupCommand::add)
        return refuse(Refusal::group_exists, fmt::format("group {} is there already", mod.group));
    if (!before && mod.command != GroupCommand::add && mod.command != GroupCommand::add_or_modify)
        return refuse(Refusal::group_unknown, fmt::format("there is no group {}", mod.group));
    if (!before && groups_.size() >= most_)
        return refuse(Refusal::group_out_of_groups,
                      fmt::format("there are {} groups; the most is {}", groups_.size(), most_));
    auto wanted = wanted_group(mod, before);
    if (!wanted)
        return std::unexpected(wanted.error());
    if (auto answer = check(*wanted, inventory); !answer)
        return std::unexpected(answer.error());
    const auto after =
        std::make_shared<const Group>(Group{std::move(*wanted), before ? before->created : now});
    const bool replaced =
        mod.command == GroupCommand::modify || mod.command == GroupCommand::add_or_modify;
    return GroupChanges{{mod.group, before, after, before && replaced}};
}

Answer<GroupChanges> GroupTable::plan_remove(std::uint32_t group) const {
    GroupChanges changes;
    if (group == k_all_groups) {
        for (const auto &[number, value] : groups_)
            changes.push_back({.group = number, .before = value});
        return changes;
    }
    if (group >= k_max_group)
        return refuse(Refusal::group_invalid,
                      fmt::format("{:#x} cannot be a group's number", group));
    const auto before = find(group);
    if (!before)
        return changes;
    if (users(group))
        return refuse(Refusal::group_chained,
                      fmt::format("another group leads to group {}; remove that first", group));
    changes.push_back({.group = group, .before = before});
    return changes;
}

Answer<> GroupTable::check(const GroupDescription &wanted, const Inventory &inventory) const {
    if (wanted.buckets.size() > k_most_buckets)
        return refuse(Refusal::group_out_of_buckets,
                      fmt::format("a group of {} buckets is too large; the most is {}",
                                  wanted.buckets.size(), k_most_buckets));
    if (auto answer = check_type(wanted); !answer)
        return answer;
    if (auto answer = check_selection(wanted); !answer)
        return answer;
    if (leads_to(wanted, wanted.group))
        return refuse(Refusal::group_loop,
                      fmt::format("group {} would lead back to itself", wanted.group));
    for (const auto &bucket : wanted.buckets) {
        if (auto answer = check_watch(bucket, inventory); !answer)
            return answer;
        if (auto answer = check_bucket(bucket.actions, {.inventory = inventory}); !answer)
            return answer;
    }
    return {};
}

bool GroupTable::leads_to(const GroupDescription &from, std::uint32_t group) const {
    std::set<std::uint32_t> seen;
    auto open = next_of(from);
    while (!open.empty()) {
        const auto next = *open.begin();
        open.erase(open.begin());
        if (next == group)
            return true;
        if (const auto known = find(next); known && seen.insert(next).second)
            open.merge(next_of(known->description));
    }
    return false;
}

void GroupTable::apply(const GroupChanges &changes) {
    for (const auto &change : changes)
        put(change.group, change.after);
}

void GroupTable::undo(const GroupChanges &changes) {
    for (const auto &change : changes | std::views::reverse)
        put(change.group, change.before);
}

void GroupTable::put(std::uint32_t group, const GroupPtr &value) {
    if (const auto before = find(group))
        for (const auto next : next_of(before->description))
            if (!--users_[next])
                users_.erase(next);
    if (value)
        for (const auto next : next_of(value->description))
            ++users_[next];
    if (value)
        groups_[group] = value;
    else
        groups_.erase(group);
}

GroupPtr GroupTable::find(std::uint32_t group) const {
    const auto found = groups_.find(group);
    return found == groups_.end() ? nullptr : found->second;
}

std::uint32_t GroupTable::users(std::uint32_t group) const {
    const auto found = users_.find(group);
    return found == users_.end() ? 0 : found->second;
}

} // namespace bvs::model
