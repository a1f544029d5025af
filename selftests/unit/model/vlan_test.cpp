// SPDX-License-Identifier: Apache-2.0
//
// What ovs-vswitchd makes of the columns vlan_mode, tag, trunks and cvlans.
#include "switch/model/vlan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Vlan : public testing::Test {
  protected:
    VlanSettings settle(const VlanRequest &request, const StringMap &map = {}) {
        Settings settings(map, "port p", warnings);
        return model::settle(request, settings, "p", warnings);
    }
    Warnings warnings;
};

TEST_F(Vlan, NothingSaidIsATrunkForAll) {
    const auto settings = settle({});
    EXPECT_EQ(settings.mode, BVS_VLAN_TRUNK);
    EXPECT_FALSE(settings.list);
}

TEST_F(Vlan, ATagAloneIsAnAccessPort) {
    const auto settings = settle({.tag = 10});
    EXPECT_EQ(settings.mode, BVS_VLAN_ACCESS);
    EXPECT_EQ(settings.tag, 10);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(Vlan, ATagAloneWinsOverTrunks) {
    const auto settings = settle({.tag = 10, .trunks = {20}});
    EXPECT_EQ(settings.mode, BVS_VLAN_ACCESS);
    EXPECT_FALSE(settings.list);
    EXPECT_THAT(warnings,
                ElementsAre("port p: ignoring trunks, as tag alone makes an access port"));
}

TEST_F(Vlan, TagZeroIsAnAccessPortToo) {
    const auto settings = settle({.tag = 0});
    EXPECT_EQ(settings.mode, BVS_VLAN_ACCESS);
    EXPECT_EQ(settings.tag, 0);
}

TEST_F(Vlan, AccessWithoutTagIsVlanZero) {
    const auto settings = settle({.mode = "access"});
    EXPECT_EQ(settings.mode, BVS_VLAN_ACCESS);
    EXPECT_EQ(settings.tag, 0);
}

TEST_F(Vlan, ATrunkHasNoTag) {
    const auto settings = settle({.mode = "trunk", .tag = 10, .trunks = {20, 30}});
    EXPECT_EQ(settings.mode, BVS_VLAN_TRUNK);
    EXPECT_EQ(settings.tag, 0);
    EXPECT_EQ(settings.list, to_vlan_set({20, 30}));
    EXPECT_THAT(warnings, ElementsAre("port p: ignoring tag, as vlan_mode is trunk"));
}

TEST_F(Vlan, NativePortsCarryTheirOwnVlan) {
    for (const auto *mode : {"native-tagged", "native-untagged"}) {
        const auto settings = settle({.mode = mode, .tag = 10, .trunks = {0, 20}});
        EXPECT_EQ(settings.tag, 10);
        EXPECT_EQ(settings.list, to_vlan_set({10, 20})) << "and VLAN 0 not: " << mode;
    }
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(Vlan, NativeWithoutTrunksCarriesAllButVlanZero) {
    const auto settings = settle({.mode = "native-untagged", .tag = 10});
    ASSERT_TRUE(settings.list);
    EXPECT_FALSE(settings.list->test(0));
    EXPECT_EQ(settings.list->count(), 4095u);
}

TEST_F(Vlan, NativeWithoutTagIsNativeInVlanZero) {
    const auto settings = settle({.mode = "native-tagged", .trunks = {20}});
    EXPECT_EQ(settings.tag, 0);
    EXPECT_EQ(settings.list, to_vlan_set({20}));
}

TEST_F(Vlan, ATunnelListsCustomerVlans) {
    const auto settings =
        settle({.mode = "dot1q-tunnel", .tag = 100, .cvlans = {7}}, {{"qinq-ethtype", "802.1q"}});
    EXPECT_EQ(settings.mode, BVS_VLAN_DOT1Q_TUNNEL);
    EXPECT_EQ(settings.tag, 100);
    EXPECT_EQ(settings.tunnel_tpid, 0x8100);
    EXPECT_EQ(settings.list, to_vlan_set({7}));
}

TEST_F(Vlan, TunnelsTagWith8021adUnlessTold) {
    EXPECT_EQ(settle({.mode = "dot1q-tunnel"}).tunnel_tpid, 0x88a8);
    EXPECT_EQ(settle({.mode = "dot1q-tunnel"}, {{"qinq-ethtype", "9100"}}).tunnel_tpid, 0x88a8);
    EXPECT_EQ(warnings.size(), 1u);
}

TEST_F(Vlan, KnowsTheWordsForPriorityTags) {
    const auto tags = [this](const char *word) {
        return settle({}, {{"priority-tags", word}}).priority_tags;
    };
    EXPECT_EQ(tags("true"), BVS_PRIORITY_TAGS_IF_NONZERO);
    EXPECT_EQ(tags("if-nonzero"), BVS_PRIORITY_TAGS_IF_NONZERO);
    EXPECT_EQ(tags("always"), BVS_PRIORITY_TAGS_ALWAYS);
    EXPECT_EQ(tags("no"), BVS_PRIORITY_TAGS_NEVER);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(tags("sometimes"), BVS_PRIORITY_TAGS_NEVER);
    EXPECT_EQ(warnings.size(), 1u);
}

} // namespace
} // namespace bvs::model
