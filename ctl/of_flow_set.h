// SPDX-License-Identifier: Apache-2.0
//
// The flows that a bridge has or shall have, and what has to be done to make one of the other. Two
// flows are the same one if they are in the same table, have the same priority and match the same;
// they differ then if their actions, cookies, timeouts, flags or importance do. Pure.
#pragma once

#include "base/result.h"
#include "ofagent/wire/message.h"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace bvs::ctl {

struct FlowDifference;

class FlowSet {
  public:
    // `dialect` says what a bridge would tell of a flow that it was given in this dialect.
    explicit FlowSet(const wire::Dialect &dialect) : dialect_(dialect) {}

    void add(const model::FlowStats &flow); // of a bridge
    // Of a file. Only additions can be part of a set; the later of two that are the same counts.
    Result<> add(const model::FlowMod &mod);

    const wire::Dialect &dialect() const { return dialect_; }

  private:
    friend std::vector<FlowDifference> differences(const FlowSet &, const FlowSet &);
    // The highest priority first. The match's text tells matches of options apart, whose place only
    // the switch knows.
    using Key = std::tuple<std::uint8_t, int, model::FlowWords, std::string>;

    void insert(model::FlowStats flow);

    wire::Dialect dialect_;
    std::map<Key, model::FlowStats> flows_;
};

struct FlowDifference {
    const model::FlowStats *before = nullptr; // null: only `after` has it
    const model::FlowStats *after = nullptr;
};
// In the order of tables and priorities. Good as long as both sets are.
std::vector<FlowDifference> differences(const FlowSet &before, const FlowSet &after);

// What makes `after` of `before`.
model::FlowMod change_of(const FlowDifference &difference);

} // namespace bvs::ctl
