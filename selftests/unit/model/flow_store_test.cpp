// SPDX-License-Identifier: Apache-2.0
//
// The store's indexes against a plain list that is searched from end to end.
#include "switch/model/flow_store.h"

#include "selftests/unit/model/matches.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>

namespace bvs::model {
namespace {

using enum Field;

class FlowStoreProperty : public ::testing::Test {
  protected:
    std::uint32_t below(std::uint32_t n) { return std::uniform_int_distribution(0U, n - 1)(dice_); }

    // Few values, so that matches meet.
    Match some_match() {
        Match match;
        if (below(2))
            match.set(in_port, 1 + below(3));
        if (below(2))
            match.set(eth_type, below(2) ? 0x800 : 0x806);
        if (below(3) == 0)
            match.set(reg3, {0, below(4)}, {0, 1 + below(3)});
        if (below(4) == 0)
            match.set(ipv6_src, {below(2), below(2)}, all_ones(128));
        return match;
    }
    FlowPtr some_flow() {
        const auto match = some_match();
        const auto table = static_cast<std::uint8_t>(below(2));
        return std::make_shared<Flow>(Flow{.match = store_.compact(table, match, match.words()),
                                           .instructions = std::make_shared<const Instructions>(),
                                           .priority = static_cast<std::uint16_t>(below(3)),
                                           .table = table});
    }
    void change() {
        if (below(3) == 0 && !plain_.empty()) {
            const auto victim =
                std::next(plain_.begin(), below(static_cast<std::uint32_t>(plain_.size())));
            store_.put(victim->first, nullptr);
            plain_.erase(victim);
            return;
        }
        const auto flow = some_flow();
        auto id = store_.find(flow->table, flow->priority, flow->match.words());
        if (id == k_no_flow)
            id = store_.next();
        store_.put(id, flow);
        plain_[id] = flow;
    }
    void compare(std::uint8_t table, std::uint16_t priority, const FlowWords &words) {
        FlowId exact = k_no_flow;
        std::set<FlowId> covered;
        bool overlapping = false;
        for (const auto &[id, flow] : plain_) {
            if (flow->table != table)
                continue;
            const auto other = flow->match.words();
            if (flow->priority == priority && other == words)
                exact = id;
            if (covers(words, other))
                covered.insert(id);
            overlapping |= flow->priority == priority && overlap(words, other);
        }
        std::set<FlowId> found;
        store_.covered(table, words, [&](FlowId id, const FlowPtr &) { found.insert(id); });
        EXPECT_EQ(store_.find(table, priority, words), exact);
        EXPECT_EQ(found, covered);
        EXPECT_EQ(store_.overlaps(table, priority, words), overlapping);
        EXPECT_EQ(store_.size(), plain_.size());
    }

    std::mt19937 dice_{20261121};
    FlowStore store_;
    std::map<FlowId, FlowPtr> plain_;
};

TEST_F(FlowStoreProperty, FindsWhatAListFinds) {
    for (int step = 0; step < 5000 && !HasFailure(); ++step) {
        change();
        compare(static_cast<std::uint8_t>(below(2)), static_cast<std::uint16_t>(below(3)),
                some_match().words());
    }
}

} // namespace
} // namespace bvs::model
