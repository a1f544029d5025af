// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/lacp_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr model::Mac k_bridge = {2, 0, 0, 0, 0, 9};

class LacpSettingsTest : public testing::Test {
  protected:
    std::optional<LacpSettings> read(const std::string &lacp, model::StringMap other_config = {},
                                     std::size_t interfaces = 2) {
        return settle({"bond0", lacp, std::move(other_config), interfaces, k_bridge}, warnings);
    }
    model::Warnings warnings;
};

TEST_F(LacpSettingsTest, HasTheDefaultsOfOpenVSwitch) {
    EXPECT_FALSE(read(""));
    EXPECT_FALSE(read("off"));
    const LacpSettings passive{.priority = 65534, .system = k_bridge};
    EXPECT_EQ(read("passive"), passive);
    EXPECT_EQ(read("active", {}, 1)->priority, 65535);
    EXPECT_TRUE(read("active")->active);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(LacpSettingsTest, TakesWhatIsConfigured) {
    const LacpSettings all{.active = true,
                           .fast = true,
                           .fallback_active_backup = true,
                           .priority = 10,
                           .system = {2, 0, 0, 0, 0, 1}};
    EXPECT_EQ(read("active", {{"lacp-time", "fast"},
                              {"lacp-fallback-ab", "true"},
                              {"lacp-system-priority", "10"},
                              {"lacp-system-id", "02:00:00:00:00:01"}}),
              all);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST_F(LacpSettingsTest, WarnsOfWhatMakesNoSense) {
    EXPECT_FALSE(read("maybe"));
    EXPECT_THAT(warnings, ElementsAre("port bond0: lacp is \"maybe\", not active, passive or off; "
                                      "it is off"));
    warnings.clear();
    const auto odd = read("active", {{"lacp-time", "quick"}, {"lacp-system-priority", "0"}});
    EXPECT_FALSE(odd->fast);
    EXPECT_EQ(odd->priority, 1);
    EXPECT_THAT(warnings, ElementsAre(HasSubstr("lacp-system-priority"), HasSubstr("lacp-time")));
}

TEST_F(LacpSettingsTest, MembersHaveTheNumberOfTheirPort) {
    const LacpMemberSettings plain{.name = "eth0", .mac = k_bridge, .port = 3};
    EXPECT_EQ(settle_lacp_member("eth0", k_bridge, 3, {}, warnings), plain);
    const LacpMemberSettings all{
        .name = "eth0", .mac = k_bridge, .port = 7, .priority = 8, .key = 9};
    EXPECT_EQ(
        settle_lacp_member(
            "eth0", k_bridge, 3,
            {{"lacp-port-id", "7"}, {"lacp-port-priority", "8"}, {"lacp-aggregation-key", "9"}},
            warnings),
        all);
    EXPECT_THAT(warnings, IsEmpty());
}

} // namespace
} // namespace bvs::protocol
