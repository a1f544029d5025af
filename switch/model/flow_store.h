// SPDX-License-Identifier: Apache-2.0
//
// Where the flows of a bridge are kept and found. A flow is an immutable value under an id; what
// changes is which value, if any, an id has. The flows of a table are found
//   - by table, priority and words (OpenFlow's strict commands): a hash over all flows;
//   - by table and words: another one, for non-strict commands that mean a rule and its like;
//   - by what a wider match covers: the flows of all masks that it could cover, one by one.
// No clock, no checks; one thread.
#pragma once

#include "switch/model/compact_match.h"
#include "switch/model/flow.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace bvs::model {

struct Flow {
    CompactMatch match;
    std::shared_ptr<const Instructions> instructions;
    std::uint64_t cookie = 0;
    std::chrono::nanoseconds created{};
    std::chrono::nanoseconds modified{}; // created, if it never was
    std::uint16_t priority = 0;
    std::uint16_t idle_timeout = 0;
    std::uint16_t hard_timeout = 0;
    std::uint16_t importance = 0;
    std::uint8_t table = 0;
    FlowFlags flags;
};
using FlowPtr = std::shared_ptr<const Flow>;

using FlowId = std::uint32_t; // from 0; one that became free is used again
inline constexpr FlowId k_no_flow = 0xffffffff;

class FlowStore {
  public:
    std::size_t size() const { return size_; }
    std::size_t size(std::uint8_t table) const { return tables_[table].size; }

    // The id that the next new flow must have.
    FlowId next() const;
    // Gives `id` another flow, or with nothing frees it. What is taken back must be so in reverse.
    void put(FlowId id, FlowPtr flow);

    const FlowPtr &at(FlowId id) const; // nothing: no such flow
    FlowId find(std::uint8_t table, std::uint16_t priority, const FlowWords &words) const;

    // use(id, flow) for what `wide` covers. Nothing may be put meanwhile.
    template <class Use>
    void covered(std::uint8_t table, const FlowWords &wide, Use use) const;
    // Is there a flow of this priority that a packet could match as well?
    bool overlaps(std::uint8_t table, std::uint16_t priority, const FlowWords &words) const;

    // Shares its shape with the flows that have it already.
    CompactMatch compact(std::uint8_t table, const Match &match, const FlowWords &words) const;

  private:
    struct Subtable { // all flows of a table with one mask
        std::vector<std::shared_ptr<const MatchShape>> shapes;
        std::vector<FlowId> flows;
    };
    struct Table {
        std::map<WordMasks, Subtable> subtables;
        std::size_t size = 0;
    };
    struct Link {
        FlowId next = k_no_flow;
        FlowId previous = k_no_flow;
    };
    struct Slot {
        FlowPtr flow;
        Subtable *subtable = nullptr;
        std::uint32_t place = 0; // in its flows
        std::uint32_t hash = 0;  // of table and words
        Link strict;
        Link alike;
    };
    using Heads = std::vector<FlowId>;

    void insert(FlowId id, FlowPtr flow);
    void erase(FlowId id);
    void grow();
    void link(FlowId id, std::uint32_t hash, Heads &heads, Link Slot::*chain);
    void unlink(FlowId id, std::uint32_t hash, Heads &heads, Link Slot::*chain);
    void link(FlowId id);

    static std::uint32_t hash_of(std::uint8_t table, const WordMasks &masks,
                                 const std::vector<std::uint64_t> &values);
    static std::uint32_t with_priority(std::uint32_t hash, std::uint16_t priority);
    static FlowId head(const Heads &heads, std::uint32_t hash) {
        return heads[hash & (heads.size() - 1)];
    }
    // The flows whose words are these, whatever their priority.
    template <class Use>
    void alike(std::uint8_t table, const WordMasks &masks, const Subtable &subtable,
               const FlowWords &words, Use use) const;

    std::array<Table, k_all_tables> tables_;
    std::deque<Slot> slots_;
    std::vector<FlowId> free_;
    std::size_t size_ = 0;
    Heads strict_ = Heads(16, k_no_flow); // sizes are powers of two
    Heads alike_ = Heads(16, k_no_flow);
};

// Can a flow with these masks be covered by `wide`?
bool within(const FlowWords &wide, const WordMasks &masks);
bool agree(const WordMasks &masks, const std::vector<std::uint64_t> &values,
           const FlowWords &words);

template <class Use>
void FlowStore::alike(std::uint8_t table, const WordMasks &masks, const Subtable &subtable,
                      const FlowWords &words, Use use) const {
    std::vector<std::uint64_t> values;
    for (const auto &[word, mask] : masks)
        values.push_back(words.value[word]);
    for (auto id = head(alike_, hash_of(table, masks, values)); id != k_no_flow;
         id = slots_[id].alike.next)
        if (slots_[id].subtable == &subtable && slots_[id].flow->match.values() == values)
            use(id, slots_[id].flow);
}

template <class Use>
void FlowStore::covered(std::uint8_t table, const FlowWords &wide, Use use) const {
    const auto wide_masks = word_masks(wide);
    for (const auto &[masks, subtable] : tables_[table].subtables) {
        if (masks == wide_masks)
            alike(table, masks, subtable, wide, use);
        else if (within(wide, masks))
            for (const auto id : subtable.flows)
                if (agree(masks, slots_[id].flow->match.values(), wide))
                    use(id, slots_[id].flow);
    }
}

} // namespace bvs::model
