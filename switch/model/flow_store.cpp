// SPDX-License-Identifier: Apache-2.0
#include "switch/model/flow_store.h"

#include <algorithm>
#include <cassert>

namespace bvs::model {

namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15ULL;
    return hash ^ hash >> 29;
}

} // namespace

bool within(const FlowWords &wide, const WordMasks &masks) {
    auto next = masks.begin();
    for (std::size_t i = 0; i < BVS_FLOW_WORDS; ++i) {
        const auto mask = next != masks.end() && next->word == i ? next++->mask : 0;
        if (wide.mask[i] & ~mask)
            return false;
    }
    return true;
}

bool agree(const WordMasks &masks, const std::vector<std::uint64_t> &values,
           const FlowWords &words) {
    for (std::size_t i = 0; i < masks.size(); ++i) {
        const auto [word, mask] = masks[i];
        if ((values[i] ^ words.value[word]) & mask & words.mask[word])
            return false;
    }
    return true;
}

std::uint32_t FlowStore::hash_of(std::uint8_t table, const WordMasks &masks,
                                 const std::vector<std::uint64_t> &values) {
    auto hash = mix(0, table);
    for (const auto &[word, mask] : masks)
        hash = mix(hash, mask + word);
    for (const auto value : values)
        hash = mix(hash, value);
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

std::uint32_t FlowStore::with_priority(std::uint32_t hash, std::uint16_t priority) {
    return static_cast<std::uint32_t>(mix(hash, priority) >> 16);
}

FlowId FlowStore::next() const {
    return free_.empty() ? static_cast<FlowId>(slots_.size()) : free_.back();
}

const FlowPtr &FlowStore::at(FlowId id) const {
    static const FlowPtr none;
    return id < slots_.size() ? slots_[id].flow : none;
}

void FlowStore::put(FlowId id, FlowPtr flow) {
    const auto &old = at(id);
    // A modified flow stays where it is, as it is found by the same.
    if (old && flow && old->match.shape() == flow->match.shape() &&
        old->match.values() == flow->match.values() && old->priority == flow->priority &&
        old->table == flow->table) {
        slots_[id].flow = std::move(flow);
        return;
    }
    if (old)
        erase(id);
    if (flow)
        insert(id, std::move(flow));
}

FlowId FlowStore::find(std::uint8_t table, std::uint16_t priority, const FlowWords &words) const {
    const auto masks = word_masks(words);
    const auto &subtables = tables_[table].subtables;
    const auto found = subtables.find(masks);
    if (found == subtables.end())
        return k_no_flow;
    std::vector<std::uint64_t> values;
    for (const auto &[word, mask] : masks)
        values.push_back(words.value[word]);
    auto id = head(strict_, with_priority(hash_of(table, masks, values), priority));
    for (; id != k_no_flow; id = slots_[id].strict.next) {
        const auto &slot = slots_[id];
        if (slot.subtable == &found->second && slot.flow->priority == priority &&
            slot.flow->match.values() == values)
            break;
    }
    return id;
}

bool FlowStore::overlaps(std::uint8_t table, std::uint16_t priority, const FlowWords &words) const {
    for (const auto &[masks, subtable] : tables_[table].subtables)
        for (const auto id : subtable.flows) {
            const auto &flow = *slots_[id].flow;
            if (flow.priority == priority && agree(masks, flow.match.values(), words))
                return true;
        }
    return false;
}

CompactMatch FlowStore::compact(std::uint8_t table, const Match &match,
                                const FlowWords &words) const {
    auto shape = shape_of(match, words);
    const auto &subtables = tables_[table].subtables;
    if (const auto found = subtables.find(shape.words); found != subtables.end())
        for (const auto &known : found->second.shapes)
            if (known->fields == shape.fields)
                return {known, words};
    return {std::make_shared<const MatchShape>(std::move(shape)), words};
}

void FlowStore::insert(FlowId id, FlowPtr flow) {
    assert(id == next());
    if (free_.empty())
        slots_.emplace_back();
    else
        free_.pop_back();
    if (++size_ > strict_.size())
        grow();
    auto &table = tables_[flow->table];
    const auto &shape = flow->match.shape();
    auto &subtable = table.subtables[shape->words];
    if (std::ranges::find(subtable.shapes, shape) == subtable.shapes.end())
        subtable.shapes.push_back(shape);
    auto &slot = slots_[id];
    slot = {.subtable = &subtable,
            .place = static_cast<std::uint32_t>(subtable.flows.size()),
            .hash = hash_of(flow->table, shape->words, flow->match.values())};
    subtable.flows.push_back(id);
    ++table.size;
    slot.flow = std::move(flow);
    link(id);
}

void FlowStore::erase(FlowId id) {
    auto &slot = slots_[id];
    const auto flow = std::move(slot.flow);
    unlink(id, with_priority(slot.hash, flow->priority), strict_, &Slot::strict);
    unlink(id, slot.hash, alike_, &Slot::alike);
    auto &flows = slot.subtable->flows;
    const auto last = flows.back();
    flows[slot.place] = last;
    slots_[last].place = slot.place;
    flows.pop_back();
    auto &table = tables_[flow->table];
    if (flows.empty())
        table.subtables.erase(flow->match.shape()->words);
    slot = {};
    --table.size;
    --size_;
    free_.push_back(id);
}

void FlowStore::grow() {
    strict_.assign(strict_.size() * 2, k_no_flow);
    alike_.assign(alike_.size() * 2, k_no_flow);
    for (FlowId id = 0; id < slots_.size(); ++id)
        if (slots_[id].flow)
            link(id);
}

void FlowStore::link(FlowId id) {
    const auto &slot = slots_[id];
    link(id, with_priority(slot.hash, slot.flow->priority), strict_, &Slot::strict);
    link(id, slot.hash, alike_, &Slot::alike);
}

void FlowStore::link(FlowId id, std::uint32_t hash, Heads &heads, Link Slot::*chain) {
    auto &first = heads[hash & (heads.size() - 1)];
    slots_[id].*chain = {.next = first};
    if (first != k_no_flow)
        (slots_[first].*chain).previous = id;
    first = id;
}

void FlowStore::unlink(FlowId id, std::uint32_t hash, Heads &heads, Link Slot::*chain) {
    const auto [next, previous] = slots_[id].*chain;
    if (previous == k_no_flow)
        heads[hash & (heads.size() - 1)] = next;
    else
        (slots_[previous].*chain).next = next;
    if (next != k_no_flow)
        (slots_[next].*chain).previous = previous;
}

} // namespace bvs::model
