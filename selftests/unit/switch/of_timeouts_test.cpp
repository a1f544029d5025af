// SPDX-License-Identifier: Apache-2.0
#include "switch/of_timeouts.h"

#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using namespace std::chrono_literals;
using Flows = std::vector<model::FlowId>;

TEST(Timeouts, GivesWhatIsDueInItsOrder) {
    Timeouts timeouts;
    timeouts.watch(1, 5s);
    timeouts.watch(2, 3s);
    timeouts.watch(3, 7s);
    EXPECT_FALSE(timeouts.any_due(2s));
    EXPECT_EQ(timeouts.take_due(6s, 10), (Flows{2, 1}));
    EXPECT_FALSE(timeouts.any_due(6s));
    EXPECT_TRUE(timeouts.any_due(7s));
}

TEST(Timeouts, TakesNoMoreThanAskedFor) {
    Timeouts timeouts;
    for (model::FlowId flow = 0; flow < 5; ++flow)
        timeouts.watch(flow, 1s);
    EXPECT_EQ(timeouts.take_due(1s, 2).size(), 2U);
    EXPECT_EQ(timeouts.take_due(1s, 9).size(), 3U);
}

TEST(Timeouts, KnowsOnlyWhatWasSaidLast) {
    Timeouts timeouts;
    timeouts.watch(1, 1s);
    timeouts.watch(1, 9s);
    timeouts.watch(2, 1s);
    timeouts.forget(2);
    EXPECT_EQ(timeouts.take_due(5s, 10), Flows());
    EXPECT_EQ(timeouts.take_due(9s, 10), Flows{1});
}

TEST(Expiry, IsTheFirstOfBoth) {
    const auto any = std::make_shared<const model::MatchShape>();
    model::Flow flow{.match = {any, {}}, .modified = 100s, .idle_timeout = 10, .hard_timeout = 30};
    auto when = expiry(flow, 100s, 105s);
    EXPECT_FALSE(when.now);
    EXPECT_EQ(when.next, 110s);
    when = expiry(flow, 104s, 114s);
    EXPECT_TRUE(when.now);
    EXPECT_EQ(when.reason, model::RemovedReason::idle_timeout);
    when = expiry(flow, 125s, 131s);
    EXPECT_TRUE(when.now);
    EXPECT_EQ(when.reason, model::RemovedReason::hard_timeout);
    flow.idle_timeout = 0;
    EXPECT_EQ(expiry(flow, 100s, 105s).next, 130s);
}

} // namespace
} // namespace bvs::daemon
