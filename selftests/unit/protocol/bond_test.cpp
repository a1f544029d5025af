// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;

class BondTest : public testing::Test {
  protected:
    static constexpr Time k_start{std::chrono::hours(1)};

    // Members 1 and 2, both usable.
    Bond made(BondSettings settings, LacpStatus lacp = LacpStatus::off) {
        settings.name = "bond0";
        Bond bond(settings, now);
        bond.set_lacp(lacp);
        for (const PortId id : {1, 2})
            bond.set_member(
                id, {"p" + std::to_string(id), {2, 0, 0, 0, 0, static_cast<std::uint8_t>(id)}},
                true);
        bond.run(now);
        return bond;
    }
    BondWishes use(Bond &bond, PortId id, bool usable) {
        bond.set_usable(id, usable);
        return bond.run(now);
    }
    Time now = k_start;
};

TEST_F(BondTest, ActiveBackupFailsOverAndStays) {
    auto bond = made({});
    EXPECT_EQ(bond.active(), 1u);
    EXPECT_FALSE(bond.run(now).changed);
    const auto wishes = use(bond, 1, false);
    EXPECT_TRUE(wishes.changed);
    EXPECT_TRUE(wishes.announce.all());
    EXPECT_THAT(wishes.news, Contains("bond bond0: active member is now p2"));
    EXPECT_EQ(bond.carrier_of(77), 2u);
    EXPECT_EQ(bond.active_mac(), (model::Mac{2, 0, 0, 0, 0, 2}));
    EXPECT_TRUE(use(bond, 1, true).announce.none());
    EXPECT_EQ(bond.active(), 2u);
}

TEST_F(BondTest, ThePrimaryComesBack) {
    auto bond = made({.primary = "p2"});
    EXPECT_EQ(bond.active(), 2u);
    use(bond, 2, false);
    EXPECT_EQ(bond.active(), 1u);
    EXPECT_TRUE(use(bond, 2, true).announce.all());
    EXPECT_EQ(bond.active(), 2u);
    EXPECT_EQ(bond.set_active("p1"), "done");
    bond.run(now);
    EXPECT_EQ(bond.active(), 1u); // until something happens
}

TEST_F(BondTest, TheOneBeforeARestartIsPreferred) {
    auto bond = made({.last_active = {2, 0, 0, 0, 0, 2}});
    EXPECT_EQ(bond.active(), 2u);
}

TEST_F(BondTest, DelaysHoldBackChanges) {
    auto bond = made({.updelay = 100ms, .downdelay = 50ms});
    const auto down = use(bond, 1, false);
    EXPECT_FALSE(down.changed);
    EXPECT_THAT(down.news, Contains("member p1: will be disabled if it stays down for 50 ms"));
    EXPECT_EQ(bond.next(), now + 50ms);
    now += 49ms;
    bond.run(now);
    EXPECT_TRUE(bond.enabled(1));
    now += 1ms;
    bond.run(now);
    EXPECT_FALSE(bond.enabled(1));
    EXPECT_EQ(bond.active(), 2u);
    use(bond, 1, true);
    now += 99ms;
    EXPECT_THAT(use(bond, 1, false).news, Contains("member p1: will not be enabled"));
    EXPECT_EQ(bond.next(), std::nullopt);
    use(bond, 1, true);
    now += 100ms;
    bond.run(now);
    EXPECT_TRUE(bond.enabled(1));
}

TEST_F(BondTest, NobodyWaitsWhereNoneIsEnabled) {
    auto bond = made({.updelay = 10s});
    use(bond, 1, false);
    const auto down = use(bond, 2, false);
    EXPECT_THAT(down.news, Contains("bond bond0: all members disabled"));
    EXPECT_TRUE(down.announce.none());
    EXPECT_EQ(bond.carrier_of(0), std::nullopt);
    const auto up = use(bond, 2, true);
    EXPECT_EQ(bond.active(), 2u);
    EXPECT_TRUE(up.announce.all());
    EXPECT_THAT(up.news, Contains("bond bond0: not waiting 10000 ms for p2, since no member is "
                                  "enabled"));
}

TEST_F(BondTest, SlbSpreadsAndAnnouncesWhatFailed) {
    auto bond = made({.mode = BondMode::balance_slb});
    EXPECT_EQ(bond.output(), BondOutput::by_bucket);
    BondBuckets::Set of_first;
    for (std::size_t i = 0; i < BondBuckets::k_count; i++)
        of_first[i] = bond.carrier_of(i) == 1u;
    EXPECT_EQ(of_first.count(), 128u);
    EXPECT_EQ(use(bond, 1, false).announce, of_first);
    EXPECT_EQ(bond.carrier_of(0), 2u);
    EXPECT_TRUE(use(bond, 1, true).announce.none());
}

TEST_F(BondTest, SlbTakesEachGroupFrameOnce) {
    auto bond = made({.mode = BondMode::balance_slb});
    EXPECT_EQ(bond.admission(1), (BondAdmission{true, true, true}));
    EXPECT_EQ(bond.admission(2), (BondAdmission{true, false, true}));
    bond.configure({.mode = BondMode::balance_slb, .all_members_active = true}, now);
    EXPECT_TRUE(bond.admission(2).multicast);
    use(bond, 2, false);
    EXPECT_EQ(bond.admission(2), BondAdmission());
    EXPECT_EQ(bond.admission(9), BondAdmission());
}

TEST_F(BondTest, SlbDropsItsOwnReflections) {
    const BondAdmission slb{true, true, true};
    EXPECT_TRUE(admits(slb, {}));
    EXPECT_FALSE(admits(slb, {.moved = true}));
    EXPECT_TRUE(admits(slb, {.moved = true, .gratuitous_arp = true}));
    EXPECT_FALSE(admits(slb, {.moved = true, .gratuitous_arp = true, .arp_locked = true}));
    EXPECT_FALSE(admits({true, false, true}, {.multicast = true}));
    EXPECT_TRUE(admits({true, true, false}, {.moved = true}));
}

TEST_F(BondTest, ActiveBackupTakesFromTheActiveOneAlone) {
    auto bond = made({});
    EXPECT_EQ(bond.admission(1), (BondAdmission{true, true, false}));
    EXPECT_EQ(bond.admission(2), BondAdmission());
}

TEST_F(BondTest, TcpNeedsLacp) {
    auto bond = made({.mode = BondMode::balance_tcp});
    EXPECT_EQ(bond.output(), BondOutput::nobody);
    EXPECT_EQ(bond.admission(1), BondAdmission());
    bond.set_lacp(LacpStatus::negotiated);
    EXPECT_TRUE(bond.run(now).changed);
    EXPECT_EQ(bond.output(), BondOutput::by_bucket);
    EXPECT_EQ(bond.admission(2), (BondAdmission{true, true, false}));
    EXPECT_TRUE(use(bond, 1, false).announce.none());
}

TEST_F(BondTest, WithoutPartnerItStopsOrFallsBack) {
    auto bond = made({.mode = BondMode::balance_slb}, LacpStatus::configured);
    EXPECT_EQ(bond.output(), BondOutput::nobody);
    EXPECT_EQ(bond.admission(1), BondAdmission());
    auto fallback =
        made({.mode = BondMode::balance_tcp, .primary = "p2", .fallback_active_backup = true},
             LacpStatus::configured);
    EXPECT_EQ(fallback.output(), BondOutput::active);
    EXPECT_EQ(fallback.carrier_of(3), 2u);
    EXPECT_EQ(fallback.admission(1), BondAdmission());
}

TEST_F(BondTest, RebalancesAfterItsInterval) {
    auto bond = made({.mode = BondMode::balance_slb, .rebalance_interval = 1s});
    for (std::size_t i = 0; i < BondBuckets::k_count; i++)
        if (bond.carrier_of(i) == 1u)
            bond.account(i, 1'000'000);
    EXPECT_EQ(bond.next(), now + 1s);
    now += 999ms;
    EXPECT_FALSE(bond.run(now).changed);
    now += 1ms;
    const auto wishes = bond.run(now);
    EXPECT_TRUE(wishes.changed);
    EXPECT_EQ(wishes.news.size(), 64u);
    EXPECT_THAT(wishes.news.front(), HasSubstr("bond bond0: moved 976 kB of load (hash "));
    EXPECT_EQ(bond.next(), now + 1s);
    bond.configure({.mode = BondMode::balance_slb, .rebalance_interval = 0s}, now);
    EXPECT_EQ(bond.next(), std::nullopt);
}

TEST_F(BondTest, ObeysAPerson) {
    auto bond = made({.mode = BondMode::balance_slb});
    EXPECT_EQ(bond.set_active("p1"), "no change");
    EXPECT_EQ(bond.set_active("p2"), "done");
    EXPECT_TRUE(bond.run(now).changed);
    EXPECT_EQ(bond.active(), 2u);
    EXPECT_EQ(bond.set_active("p3").error().message, "no such member");
    EXPECT_EQ(bond.migrate(5, "p1"), "migrated");
    EXPECT_EQ(bond.carrier_of(5), 1u);
    use(bond, 1, false);
    EXPECT_EQ(bond.set_active("p1").error().message, "cannot make disabled member active");
    EXPECT_EQ(bond.migrate(5, "p1").error().message, "cannot migrate to disabled member");
    EXPECT_EQ(made({}).migrate(5, "p1").error().message, "not an SLB bond");
}

TEST_F(BondTest, AMemberThatLeavesIsReplaced) {
    auto bond = made({.mode = BondMode::balance_slb});
    bond.remove_member(1);
    EXPECT_THAT(bond.show(now), HasSubstr("(none)"));
    EXPECT_EQ(bond.run(now).announce.count(), 128u);
    EXPECT_EQ(bond.active(), 2u);
    bond.remove_member(2);
    bond.run(now);
    EXPECT_EQ(bond.active(), std::nullopt);
    EXPECT_EQ(bond.carrier_of(0), std::nullopt);
}

TEST_F(BondTest, AnnouncementsAreRarp) {
    const model::Mac mac = {2, 0, 0, 0, 0, 7};
    const auto plain = announcement(mac, 0);
    EXPECT_EQ(plain, (Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 7, 0x80, 0x35, 0,
                            1,    8,    0,    6,    4,    0,    3, 2, 0, 0, 0, 0, 7,    0,    0,
                            0,    0,    2,    0,    0,    0,    0, 7, 0, 0, 0, 0, 0,    0,    0,
                            0,    0,    0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0,    0,    0}));
    const auto tagged = announcement(mac, 0x123);
    EXPECT_EQ(Bytes(tagged.begin() + 12, tagged.begin() + 18),
              (Bytes{0x81, 0, 0x01, 0x23, 0x80, 0x35}));
    EXPECT_EQ(tagged.size(), 60u);
}

TEST_F(BondTest, ShowsWhatOpenVSwitchShows) {
    auto bond = made({.mode = BondMode::balance_slb, .updelay = 100ms});
    use(bond, 2, false);
    use(bond, 2, true);
    bond.account(3, 5 * 1024);
    now += 30ms;
    EXPECT_EQ(bond.show(now), "---- bond0 ----\n"
                              "bond_mode: balance-slb\n"
                              "bond may use recirculation: no, Recirc-ID : -1\n"
                              "bond-hash-basis: 0\n"
                              "lb_output action: disabled, bond-id: -1\n"
                              "all members active: false\n"
                              "updelay: 100 ms\n"
                              "downdelay: 0 ms\n"
                              "next rebalance: 9970 ms\n"
                              "lacp_status: off\n"
                              "lacp_fallback_ab: false\n"
                              "active-backup primary: <none>\n"
                              "active member mac: 02:00:00:00:00:01(p1)\n"
                              "\n"
                              "member p1: enabled\n"
                              "  active member\n"
                              "  may_enable: true\n"
                              "  hash 3: 5 kB load\n"
                              "\n"
                              "member p2: disabled\n"
                              "  updelay expires in 70 ms\n"
                              "  may_enable: true\n"
                              "\n");
    EXPECT_EQ(bond.list_row(), "bond0\tbalance-slb\t0\tp1, p2\n");
}

TEST_F(BondTest, APersonTakesMembersOutAndIn) {
    auto bond = made({.updelay = 100ms});
    EXPECT_EQ(bond.set_enabled("p1", false), "disabled");
    bond.run(now);
    EXPECT_FALSE(bond.enabled(1));
    EXPECT_EQ(bond.active(), 2u);
    now += 99ms;
    bond.run(now);
    EXPECT_FALSE(bond.enabled(1));
    now += 1ms;
    bond.run(now);
    EXPECT_TRUE(bond.enabled(1)); // its link is up
    EXPECT_EQ(bond.set_enabled("p2", true), "enabled");
    EXPECT_EQ(bond.set_enabled("p3", true).error().message, "no such member");
}

TEST_F(BondTest, BucketsStayWhereARestartHasFoundThem) {
    Bond bond({.name = "bond0", .mode = BondMode::balance_slb}, now);
    bond.set_member(1, {.name = "p1"}, true);
    bond.set_member(2, {.name = "p2"}, true);
    for (std::size_t bucket = 0; bucket < BondBuckets::k_count; ++bucket)
        bond.resume(bucket, bucket < 128 ? 2 : 1);
    bond.run(now);
    for (std::size_t bucket = 0; bucket < BondBuckets::k_count; ++bucket)
        EXPECT_EQ(bond.carrier_of(bucket), bucket < 128 ? 2u : 1u);
}

} // namespace
} // namespace bvs::protocol
