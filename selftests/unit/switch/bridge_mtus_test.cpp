// SPDX-License-Identifier: Apache-2.0
#include "switch/bridge_mtus.h"

#include <gmock/gmock.h>

namespace bvs::daemon {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(BridgeMtus, TheSmallestCounts) {
    BridgeMtus mtus;
    EXPECT_EQ(mtus.smallest("br0"), 1500u);
    mtus.set("p1", "br0", 9000);
    EXPECT_EQ(mtus.smallest("br0"), 9000u);
    mtus.set("p2", "br0", 1400);
    mtus.set("p3", "br0", 1400);
    mtus.set("p4", "br1", 1280);
    EXPECT_EQ(mtus.smallest("br0"), 1400u);
    mtus.set("p2", "br0", std::nullopt);
    EXPECT_EQ(mtus.smallest("br0"), 1400u);
    mtus.set("p3", "br0", 1700);
    EXPECT_EQ(mtus.smallest("br0"), 1700u);
    mtus.set("p1", "br0", std::nullopt);
    mtus.set("p3", "br0", std::nullopt);
    mtus.set("p3", "br0", std::nullopt);
    EXPECT_EQ(mtus.smallest("br0"), 1500u);
}

TEST(BridgeMtus, SaysWhatItWasWhereItChanged) {
    BridgeMtus mtus;
    mtus.set("p1", "br0", 9000);
    mtus.set("p2", "br1", 1500);
    EXPECT_THAT(mtus.take_changed(), ElementsAre(Pair("br0", 1500u)));
    EXPECT_THAT(mtus.take_changed(), IsEmpty());
    mtus.set("p3", "br0", 9100);
    EXPECT_THAT(mtus.take_changed(), IsEmpty());
    mtus.set("p1", "br1", 1400); // it has moved
    EXPECT_THAT(mtus.take_changed(), ElementsAre(Pair("br0", 9000u), Pair("br1", 1500u)));
    mtus.set("p3", "br0", std::nullopt);
    EXPECT_THAT(mtus.take_changed(), ElementsAre(Pair("br0", 9100u)));
    EXPECT_THAT(mtus.take_changed(), IsEmpty());
}

} // namespace

} // namespace bvs::daemon
