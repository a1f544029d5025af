// SPDX-License-Identifier: Apache-2.0
//
// The tables of OfBridge: what they tell of themselves, and how much they are allowed.
#include "switch/of_bridge.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace bvs::daemon {

using model::Answer;
using model::Refusal;

namespace {

constexpr std::uint32_t k_max_entries = 1'000'000; // as flow tables tell

} // namespace

std::vector<model::TableStats> OfBridge::table_stats() const {
    harvest();
    std::vector<model::TableStats> all;
    for (unsigned i = 0; i < model::k_tables; ++i) {
        const auto table = static_cast<std::uint8_t>(i);
        const auto counters = parts_.writer.table_counters(parts_.number, table);
        all.push_back({.table = table,
                       .active = static_cast<std::uint32_t>(flows_.size(table)),
                       .max_entries = static_cast<std::uint32_t>(
                           std::min<std::size_t>(flows_.limit(table), k_max_entries)),
                       .lookups = counters.matched + counters.missed,
                       .matched = counters.matched});
    }
    return all;
}

Answer<> OfBridge::table_mod(const model::TableConfig &config) {
    if (config.table != model::k_all_tables && config.table >= model::k_tables)
        return model::refuse(Refusal::table_bad_table,
                             fmt::format("there is no table {}", config.table));
    for (auto &known : table_configs_) {
        if (config.table != model::k_all_tables && config.table != known.table)
            continue;
        const auto table = known.table;
        known = config;
        known.table = table;
        limit(table);
        vacancies_.erase(table);
        if (config.vacancy_events)
            vacancies_[table].configure(known, free_percent(table));
    }
    return {};
}

std::string OfBridge::table_name(std::uint8_t table) const {
    const auto known = tables_.find(table);
    return known == tables_.end() || known->second.name.empty() ? fmt::format("table{}", table)
                                                                : known->second.name;
}

// What the table is allowed, by the database and by OFPT_TABLE_MOD; what is too much goes if it
// may.
void OfBridge::limit(std::uint8_t table) {
    const auto known = tables_.find(table);
    const auto wish = known == tables_.end() ? OfTable() : known->second;
    flows_.configure(table, wish.limit.value_or(k_max_entries),
                     wish.evict || table_configs_[table].eviction);
    const auto surplus = flows_.plan_limit(table);
    if (surplus.empty())
        return;
    (void)carry_out([&](OfDraft &draft) -> Answer<> {
        for (const auto &change : surplus)
            draft.remove(change.id, change.reason);
        return {};
    });
}

void OfBridge::set_tables(std::map<std::uint8_t, OfTable> tables) {
    const auto before = std::exchange(tables_, std::move(tables));
    for (unsigned i = 0; i < model::k_tables; ++i) {
        const auto table = static_cast<std::uint8_t>(i);
        if (before.contains(table) || tables_.contains(table))
            limit(table);
    }
}

void OfBridge::set_quota(const OfQuota &quota) {
    groups_.set_most(quota.groups);
    meters_.set_most(quota.meters);
}

unsigned OfBridge::free_percent(std::uint8_t table) const {
    const auto most = std::min<std::size_t>(flows_.limit(table), k_max_entries);
    const auto used = std::min(flows_.size(table), most);
    return most ? static_cast<unsigned>((most - used) * 100 / most) : 0;
}

void OfBridge::tell_of_vacancies() {
    for (auto &[table, vacancy] : vacancies_)
        if (const auto up = vacancy.look(free_percent(table)); up && events_)
            events_->table_status(table_configs_[table], *up);
}

} // namespace bvs::daemon
