// SPDX-License-Identifier: Apache-2.0
#include "switch/model/policing.h"

#include <gtest/gtest.h>

namespace bvs::model {
namespace {

TEST(PolicingSettings, NothingSaidIsNoLimit) {
    EXPECT_FALSE(settle(PolicingRequest{}).any());
    EXPECT_FALSE(settle(PolicingRequest{.rate = 0, .burst = 100}).any());
    EXPECT_FALSE(settle(PolicingRequest{.rate = -5}).any());
}

TEST(PolicingSettings, ABurstThatIsNotGivenIsOpenVswitchs) {
    EXPECT_EQ(settle(PolicingRequest{.rate = 1000}).kilobits, (Limit{1000, 8000}));
    EXPECT_EQ(settle(PolicingRequest{.rate = 1000, .burst = 100}).kilobits, (Limit{1000, 100}));
    EXPECT_EQ(settle(PolicingRequest{.kpkts_rate = 5}).kilopackets, (Limit{5, 16}));
    EXPECT_EQ(settle(PolicingRequest{.kpkts_rate = 5, .kpkts_burst = 2}).kilopackets,
              (Limit{5, 2}));
}

} // namespace
} // namespace bvs::model
