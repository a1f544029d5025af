// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(BondSettings, HaveTheDefaultsOfOpenVSwitch) {
    model::Warnings warnings;
    EXPECT_EQ(settle(BondRequest{.port = "bond0"}, warnings), BondSettings{.name = "bond0"});
    EXPECT_EQ(BondSettings().rebalance_interval, Milliseconds(10'000));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(BondSettings, TakeWhatIsConfigured) {
    model::Warnings warnings;
    const BondRequest request{.port = "bond0",
                              .mode = "balance-slb",
                              .updelay = 100,
                              .downdelay = 200,
                              .last_active = "02:00:00:00:00:01",
                              .other_config = {{"bond-primary", "eth1"},
                                               {"bond-rebalance-interval", "5000"},
                                               {"bond-hash-basis", "7"},
                                               {"lacp-fallback-ab", "true"},
                                               {"all-members-active", "true"}}};
    const BondSettings all{.name = "bond0",
                           .mode = BondMode::balance_slb,
                           .updelay = Milliseconds(100),
                           .downdelay = Milliseconds(200),
                           .rebalance_interval = Milliseconds(5000),
                           .primary = "eth1",
                           .last_active = {2, 0, 0, 0, 0, 1},
                           .fallback_active_backup = true,
                           .all_members_active = true,
                           .hash_basis = 7};
    EXPECT_EQ(settle(request, warnings), all);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(BondSettings, WarnOfWhatMakesNoSense) {
    model::Warnings warnings;
    const auto bond =
        settle(BondRequest{.port = "bond0", .mode = "stable", .updelay = -5, .other_config = {}},
               warnings);
    EXPECT_EQ(bond.mode, BondMode::active_backup);
    EXPECT_EQ(bond.updelay, Milliseconds(0));
    EXPECT_THAT(
        warnings,
        ElementsAre("port bond0: bond_mode is \"stable\", not active-backup, balance-slb or "
                    "balance-tcp; using active-backup"));
}

TEST(BondSettings, RebalanceAtMostOnceASecondOrNever) {
    model::Warnings warnings;
    const auto interval = [&](const char *text) {
        return settle(BondRequest{.other_config = {{"bond-rebalance-interval", text}}}, warnings)
            .rebalance_interval.count();
    };
    EXPECT_EQ(interval("1"), 1000);
    EXPECT_EQ(interval("0"), 0);
}

} // namespace
} // namespace bvs::protocol
