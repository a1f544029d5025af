// SPDX-License-Identifier: Apache-2.0
//
// The groups of OfDatapath. A changed group gets a new place, so all that name it are written anew
// in the same change: groups that lead to it, and flows.
#include "switch/compile/group.h"
#include "switch/model/action_use.h"
#include "switch/of_datapath.h"
#include "switch/of_record.h"

#include <algorithm>

namespace bvs::daemon {

using model::Answer;
using model::Refusal;

namespace {

std::set<std::uint32_t> named_by(const model::GroupDescription &description) {
    std::set<std::uint32_t> named;
    for (const auto &bucket : description.buckets) {
        for (const auto group : model::groups_of(bucket.actions))
            named.insert(group);
        if (bucket.watch_group != model::k_any_group)
            named.insert(bucket.watch_group);
    }
    return named;
}

// Buckets are the same ones by their ids.
maps::CountsOn counts_on(const model::GroupPtr &before, const model::GroupDescription &after,
                         bool reset) {
    maps::CountsOn indexes(after.buckets.size());
    if (!before || reset)
        return indexes;
    const auto &old = before->description.buckets;
    for (std::size_t i = 0; i < indexes.size(); ++i)
        if (const auto same = std::ranges::find(old, after.buckets[i].id, &model::Bucket::id);
            same != old.end())
            indexes[i] = static_cast<std::uint32_t>(same - old.begin());
    return indexes;
}

} // namespace

Answer<> OfDatapath::write_groups(const GroupSums &sums, const OfTables &tables) {
    std::set<std::uint32_t> wanted;
    for (const auto &[group, sum] : sums)
        if (sum.after)
            wanted.insert(group);
    for (bool more = !wanted.empty(); more;) {
        more = false;
        for (const auto &[group, value] : tables.groups.all())
            if (!wanted.contains(group))
                for (const auto named : named_by(value->description))
                    if (wanted.contains(named))
                        more |= wanted.insert(group).second;
    }
    for (const auto group : wanted)
        if (auto written = write_group(group, sums, tables, wanted); !written)
            return written;
    for (const auto &[group, sum] : sums)
        if (const auto place = groups_.find(group); !sum.after && place != groups_.end())
            writer_.remove_group(place->second.place);
    return {};
}

// Those it leads to first. No group leads back to itself.
Answer<> OfDatapath::write_group(std::uint32_t group, const GroupSums &sums, const OfTables &tables,
                                 const std::set<std::uint32_t> &wanted) {
    if (new_groups_.contains(group))
        return {};
    const auto value = tables.groups.find(group);
    for (const auto named : named_by(value->description))
        if (wanted.contains(named))
            if (auto written = write_group(named, sums, tables, wanted); !written)
                return written;
    auto compiled =
        compile::compile_group(value->description, places(), [this](std::uint32_t ofport) {
            return ofports_.find(bridge_, ofport);
        });
    if (!compiled)
        return std::unexpected(compiled.error());
    const auto record = record_of(*value, bridge_);
    const maps::NewGroup fresh{.group = compiled->group, .code = compiled->code, .record = record};
    const auto sum = sums.find(group);
    const auto before = sum == sums.end() ? value : sum->second.before;
    const auto old = groups_.find(group);
    const auto place =
        old == groups_.end()
            ? writer_.add_group(fresh)
            : writer_.replace_group(old->second.place, fresh,
                                    counts_on(before, value->description,
                                              sum != sums.end() && sum->second.reset_buckets));
    if (!place)
        return model::refuse(Refusal::group_out_of_groups, place.error().message);
    new_groups_[group] = {.place = *place, .looks_at = &looks_at_.add(compiled->looks_at)};
    return {};
}

// Flows that name a group which is now elsewhere, and are not written anyway.
void OfDatapath::add_users_of_moved_groups(const OfTables &tables, FlowSums &sums) const {
    const bool moved = std::ranges::any_of(
        new_groups_, [this](const auto &entry) { return groups_.contains(entry.first); });
    if (!moved)
        return;
    tables.flows.for_each({}, [&](model::FlowId id, const model::Flow &flow) {
        for (const auto group : model::groups_of(*flow.instructions))
            if (new_groups_.contains(group)) {
                const auto &same = tables.flows.find(id);
                sums.try_emplace(id, OfDraft::FlowSum{.before = same, .after = same});
                return;
            }
    });
}

void OfDatapath::settle_groups(const GroupSums &sums) {
    for (const auto &[group, sum] : sums)
        if (auto gone = sum.after ? decltype(groups_)::node_type() : groups_.extract(group))
            retired_.push_back(gone.mapped().looks_at);
    for (auto &[group, rule] : new_groups_) {
        if (const auto old = groups_.find(group); old != groups_.end())
            retired_.push_back(old->second.looks_at);
        groups_[group] = rule;
    }
    new_groups_.clear();
}

maps::GroupCounters OfDatapath::group_counters(std::uint32_t group) const {
    const auto place = groups_.find(group);
    return place == groups_.end() ? maps::GroupCounters()
                                  : writer_.group_counters(place->second.place);
}

} // namespace bvs::daemon
