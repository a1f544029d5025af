// SPDX-License-Identifier: Apache-2.0
#include "maps/pipeline_writer.h"

#include "maps/store.h"

#include <algorithm>
#include <cstring>

namespace bvs::maps {

PipelineWriter::PipelineWriter(PipelineMaps &maps, unsigned cpus, Grace grace)
    : maps_(maps), grace_(std::move(grace)), rules_(maps.rules), long_keys_(maps.long_keys),
      programs_(maps.code), records_(maps.records), groups_(maps.groups, programs_, records_),
      meters_(maps.meters, records_),
      subtables_({maps.tables, maps.subtables, maps.subtable_lists}), index_(maps, grace_),
      trajectories_(maps, cpus, [this](std::uint32_t visit) { return counted_for(visit); }) {}

Result<> PipelineWriter::start(std::uint64_t seed) {
    const bool taken_over = maps_.classifier.get(0).index != 0;
    if (auto ok = index_.start(seed); !ok)
        return ok;
    if (auto ok = trajectories_.start(); !ok)
        return ok;
    if (taken_over)
        adopt();
    return {};
}

std::uint64_t PipelineWriter::next_generation() const {
    return maps_.pipelines.at(bridge_).generation + 1;
}

void PipelineWriter::begin(std::uint16_t bridge) {
    bridge_ = bridge;
}

Result<> PipelineWriter::write_key(bvs_rule &rule, const NewRule &wanted) {
    bvs_long_key rest = {};
    for (std::uint32_t i = 0; i < wanted.mask.words; ++i) {
        const auto value = wanted.value.word[wanted.mask.word[i]] & wanted.mask.mask[i];
        (i < BVS_RULE_WORDS ? rule.key[i] : rest.key[i - BVS_RULE_WORDS]) = value;
    }
    if (wanted.mask.words <= BVS_RULE_WORDS)
        return {};
    const auto place = long_keys_.take();
    if (!place)
        return std::unexpected(place.error());
    maps_.long_keys[*place] = rest;
    rule.long_key = *place;
    return {};
}

// All that can fail, in turn; whoever calls gives back what there is then.
Result<> PipelineWriter::enter(std::uint32_t place, bvs_rule &rule, const NewRule &wanted) {
    const auto code = programs_.write(wanted.code);
    if (!code)
        return std::unexpected(code.error());
    rule.code = *code;
    const auto record = records_.put(wanted.record);
    if (!record)
        return std::unexpected(record.error());
    rule.record = *record;
    if (auto ok = write_key(rule, wanted); !ok)
        return ok;
    const auto subtable =
        subtables_.acquire(table_index(wanted.table), wanted.mask, wanted.priority);
    if (!subtable)
        return std::unexpected(subtable.error());
    rule.subtable = *subtable;
    maps_.rules[place] = rule;
    auto ok = index_.insert(place);
    if (!ok)
        subtables_.release(*subtable, wanted.priority);
    return ok;
}

Result<std::uint32_t> PipelineWriter::add(const NewRule &wanted) {
    const auto place = rules_.take();
    if (!place)
        return place;
    bvs_rule rule = {};
    rule.priority = wanted.priority;
    rule.added = next_generation();
    rule.removed = k_forever;
    rule.table = wanted.table;
    if (const auto ok = enter(*place, rule, wanted); !ok) {
        maps_.rules[*place] = rule;
        free(*place);
        return std::unexpected(ok.error());
    }
    added_.push_back(*place);
    changed_.insert(table_index(wanted.table));
    return place;
}

void PipelineWriter::remove(std::uint32_t rule) {
    store<__u64>(maps_.rules[rule].removed, next_generation());
    removed_.push_back({.rule = rule, .told = true});
    changed_.insert(table_index(static_cast<std::uint8_t>(maps_.rules[rule].table)));
}

Result<std::uint32_t> PipelineWriter::replace(std::uint32_t rule,
                                              std::span<const bvs_instruction> code,
                                              std::span<const std::uint8_t> record,
                                              bool reset_counts) {
    const auto &old = maps_.rules[rule];
    NewRule wanted = {.table = static_cast<std::uint8_t>(old.table),
                      .priority = old.priority,
                      .mask = maps_.subtables.get(old.subtable),
                      .value = {},
                      .code = code,
                      .record = record};
    for (std::uint32_t i = 0; i < wanted.mask.words; ++i)
        wanted.value.word[wanted.mask.word[i]] =
            i < BVS_RULE_WORDS ? old.key[i] : maps_.long_keys[old.long_key].key[i - BVS_RULE_WORDS];
    const auto place = add(wanted);
    if (!place)
        return place;
    remove(rule);
    removed_.back().told = false;
    if (!reset_counts)
        heirs_[rule] = *place;
    return place;
}

Result<std::uint32_t> PipelineWriter::add_group(const NewGroup &group) {
    return groups_.add(bridge_, next_generation(), group);
}

Result<std::uint32_t> PipelineWriter::replace_group(std::uint32_t place, const NewGroup &group,
                                                    CountsOn counts_on) {
    return groups_.replace(place, next_generation(), group, std::move(counts_on));
}

void PipelineWriter::remove_group(std::uint32_t place) {
    groups_.remove(place, next_generation());
}

Result<std::uint32_t> PipelineWriter::add_meter(const NewMeter &meter) {
    return meters_.add(bridge_, next_generation(), meter);
}

Result<> PipelineWriter::change_meter(std::uint32_t place, const NewMeter &meter) {
    return meters_.change(place, meter);
}

void PipelineWriter::remove_meter(std::uint32_t place) {
    meters_.remove(place, next_generation());
}

Result<> PipelineWriter::with_program(std::span<const bvs_instruction> code,
                                      const std::function<Result<>(std::uint32_t place)> &use) {
    const auto place = programs_.write(code);
    if (!place)
        return std::unexpected(place.error());
    auto done = use(*place);
    programs_.give_back(*place);
    return done;
}

Result<> PipelineWriter::commit(Voids voids) {
    if (changed_.empty() && !groups_.changing() && !meters_.changing() && !voids.groups &&
        !voids.all)
        return {};
    if (auto ok = subtables_.publish(); !ok)
        return ok;
    const auto generation = next_generation();
    auto &pipeline = maps_.pipelines.at(bridge_);
    for (const auto table : changed_)
        store<__u64>(maps_.tables.at(table).changed, generation);
    if (voids.groups)
        store<__u64>(pipeline.groups_changed, generation);
    if (voids.all)
        store<__u64>(pipeline.all_changed, generation);
    store<__u64>(pipeline.generation, generation);
    for (const auto &removed : removed_)
        if (const auto heir = heirs_.find(removed.rule); heir != heirs_.end())
            inherit(removed.rule, heir->second);
    groups_.commit();
    meters_.commit();
    leaving_.insert(leaving_.end(), removed_.begin(), removed_.end());
    removed_.clear();
    added_.clear();
    changed_.clear();
    return {};
}

// Under the generation that follows nobody is to see what would have appeared in it.
void PipelineWriter::hide(std::uint32_t rule) {
    store(maps_.rules[rule].removed, maps_.rules[rule].added);
    leaving_.push_back({.rule = rule, .told = false});
}

void PipelineWriter::abort() {
    for (const auto &removed : removed_) {
        store<__u64>(maps_.rules[removed.rule].removed, k_forever);
        heirs_.erase(removed.rule);
    }
    for (const auto rule : added_)
        hide(rule);
    groups_.abort();
    meters_.abort();
    removed_.clear();
    added_.clear();
    changed_.clear();
}

Result<> PipelineWriter::set_tlv_table(std::uint16_t bridge, bvs_tlv_table table,
                                       std::span<const std::uint8_t> record) {
    const auto place = records_.put(record);
    if (!place)
        return std::unexpected(place.error());
    const auto before = maps_.tlv_tables.at(bridge).record;
    table.record = *place;
    maps_.tlv_tables.set(bridge, table);
    records_.give_back(before);
    return {};
}

// A word is not named anew while it has bits.
void PipelineWriter::set_cache_mask(std::uint16_t bridge, unsigned kind,
                                    const bvs_cache_mask &mask) {
    auto &there = maps_.cache_masks.at(bridge * BVS_KINDS + kind);
    for (unsigned i = 0; i < BVS_CACHE_WORDS; ++i) {
        if (there.word[i] != mask.word[i]) {
            store<__u64>(there.mask[i], 0);
            store(there.word[i], mask.word[i]);
        }
        if (there.mask[i] != mask.mask[i])
            store(there.mask[i], mask.mask[i]);
    }
    store(there.words, mask.words);
}

// BPF may add at the same moment.
void PipelineWriter::inherit(std::uint32_t from, std::uint32_t to) {
    auto &old = maps_.rules[from];
    auto &heir = maps_.rules[to];
    std::atomic_ref(heir.packets).fetch_add(std::atomic_ref(old.packets).exchange(0));
    std::atomic_ref(heir.bytes).fetch_add(std::atomic_ref(old.bytes).exchange(0));
    store(heir.used, std::max(heir.used, old.used));
}

void PipelineWriter::credit(std::uint32_t rule, std::uint64_t packets, std::uint64_t bytes,
                            std::uint32_t tick) {
    trajectories_.credit(bridge_of(rule), heir_of(rule), packets, bytes, tick);
}

std::uint32_t PipelineWriter::heir_of(std::uint32_t rule) const {
    for (auto heir = heirs_.find(rule); heir != heirs_.end(); heir = heirs_.find(rule))
        rule = heir->second;
    return rule;
}

// What a trajectory visited and is to be counted.
std::uint32_t PipelineWriter::counted_for(std::uint32_t visit) const {
    switch (visit & BVS_VISIT_KIND) {
    case BVS_VISIT_RULE:
        return heir_of(visit);
    case BVS_VISIT_MISS:
        return visit;
    default:
        return groups_.heir_of(visit);
    }
}

RuleCounters PipelineWriter::counters(std::uint32_t rule) const {
    auto &there = maps_.rules[rule];
    return {.packets = load(there.packets), .bytes = load(there.bytes), .used = load(there.used)};
}

TableCounters PipelineWriter::table_counters(std::uint16_t bridge, std::uint8_t table) const {
    auto &there = maps_.tables.at(bridge * BVS_TABLES + table);
    return {.matched = load(there.matched), .missed = load(there.missed)};
}

void PipelineWriter::clear_table_counters(std::uint16_t bridge) {
    for (unsigned table = 0; table < BVS_TABLES; ++table) {
        auto &there = maps_.tables.at(bridge * BVS_TABLES + table);
        store<__u64>(there.matched, 0);
        store<__u64>(there.missed, 0);
    }
}

bool PipelineWriter::finished(std::uint32_t rule) const {
    return load(maps_.rules[rule].finished) != 0;
}

bool PipelineWriter::reclaimable() const {
    return !leaving_.empty() || !left_.empty() || !groups_.settled() || !meters_.settled() ||
           !subtables_.settled() || !trajectories_.settled();
}

std::vector<GoneRule> PipelineWriter::reclaim(std::uint32_t oldest) {
    grace_();
    trajectories_.after_grace(oldest);
    groups_.reclaim();
    meters_.reclaim();
    subtables_.settle();
    for (const auto rule : std::exchange(left_, {}))
        free(rule);
    std::vector<GoneRule> gone;
    for (const auto &leaving : std::exchange(leaving_, {})) {
        const auto rule = leaving.rule;
        if (const auto heir = heirs_.find(rule); heir != heirs_.end())
            inherit(rule, heir_of(rule));
        heirs_.erase(rule);
        index_.remove(rule);
        subtables_.release(maps_.rules[rule].subtable, maps_.rules[rule].priority);
        left_.push_back(rule);
        if (leaving.told)
            gone.push_back({.rule = rule, .counters = counters(rule)});
    }
    // Without room for a shorter list the long one stays, until there is.
    (void)subtables_.publish();
    return gone;
}

void PipelineWriter::free(std::uint32_t rule) {
    auto &there = maps_.rules[rule];
    if (there.code)
        programs_.give_back(there.code);
    records_.give_back(there.record);
    if (there.long_key)
        long_keys_.give_back(there.long_key);
    there = {};
    rules_.give_back(rule);
}

void PipelineWriter::adopt() {
    subtables_.adopt();
    drop_unlisted();
    adopt_places();
    index_.for_each([this](std::uint32_t place) {
        const auto &rule = maps_.rules[place];
        const auto now = maps_.pipelines.at(bridge_of(place)).generation;
        subtables_.adopt_rule(rule.subtable, rule.priority);
        if (rule.added > now)
            hide(place);
        else if (rule.removed <= now)
            leaving_.push_back({.rule = place, .told = false});
        else
            store<__u64>(maps_.rules[place].removed, k_forever);
    });
}

// What rules, groups and meters hold is taken, all else is free.
void PipelineWriter::adopt_places() {
    std::vector<bool> rules(maps_.rules.size());
    std::vector<bool> long_keys(maps_.long_keys.size());
    std::set<std::uint32_t> programs, records;
    index_.for_each([&](std::uint32_t place) {
        const auto &rule = maps_.rules[place];
        rules[place] = true;
        programs.insert(rule.code);
        if (rule.long_key)
            long_keys[rule.long_key] = true;
        if (rule.record)
            records.insert(rule.record);
    });
    for (std::size_t bridge = 0; bridge < maps_.tlv_tables.size(); ++bridge)
        if (const auto record = maps_.tlv_tables.at(bridge).record)
            records.insert(record);
    groups_.adopt(maps_.pipelines, programs, records);
    meters_.adopt(maps_.pipelines, records);
    rules_.adopt([&](std::uint32_t place) { return rules[place]; });
    long_keys_.adopt([&](std::uint32_t place) { return long_keys[place]; });
    programs_.adopt(programs);
    records_.adopt(records);
}

// Rules whose subtable was never given to packets: nobody can tell which bridge they were for.
void PipelineWriter::drop_unlisted() {
    std::vector<std::uint32_t> unlisted;
    index_.for_each([&](std::uint32_t place) {
        if (!subtables_.listed(maps_.rules[place].subtable))
            unlisted.push_back(place);
    });
    for (const auto place : unlisted)
        index_.remove(place);
    if (!unlisted.empty())
        grace_();
}

} // namespace bvs::maps
