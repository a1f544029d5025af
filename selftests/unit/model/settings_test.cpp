// SPDX-License-Identifier: Apache-2.0
#include "switch/model/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Mac, IsReadAndWritten) {
    const auto mac = parse_mac("02:00:5e:00:00:ff");
    ASSERT_TRUE(mac);
    EXPECT_EQ(to_string(*mac), "02:00:5e:00:00:ff");
    EXPECT_EQ(to_number(*mac), 0x02005e0000ffULL);
    EXPECT_EQ(to_mac(0x02005e0000ffULL), *mac);
}

TEST(Mac, RefusesWhatIsNone) {
    for (const auto *text : {"", "02:00:5e:00:00", "02:00:5e:00:00:0", "02:00:5e:00:00:fg",
                             "02-00-5e-00-00-ff", "02:00:5e:00:00:ff:", "020:0:5e:00:00:ff"})
        EXPECT_FALSE(parse_mac(text)) << text;
}

TEST(Mac, IsMadeUpOfAName) {
    EXPECT_EQ(made_up_mac("vx0"), made_up_mac("vx0"));
    EXPECT_NE(made_up_mac("vx0"), made_up_mac("vx1"));
    EXPECT_EQ(made_up_mac("vx0")[0] & 3, 2) << "one station's, locally given";
}

TEST(Settings, TakesTheEndOfTheRangeAndSaysSo) {
    Warnings warnings;
    const StringMap map = {{"size", "5"}, {"much", "9999999999"}, {"word", "lots"}, {"good", "42"}};
    Settings settings(map, "bridge br0", warnings);
    EXPECT_EQ(settings.number("good", 10, 100), 42u);
    EXPECT_EQ(settings.number("absent", 10, 100), std::nullopt);
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(settings.number("size", 10, 100), 10u);
    EXPECT_EQ(settings.number("much", 10, 100), 100u);
    EXPECT_EQ(settings.number("word", 10, 100), std::nullopt);
    EXPECT_THAT(warnings,
                ElementsAre("bridge br0: size=5 is not within 10 to 100; using 10",
                            "bridge br0: much=9999999999 is not within 10 to 100; using 100",
                            "bridge br0: word=lots is not a number from 10 to 100"));
}

TEST(Settings, NoDeviceHasAGroupAddress) {
    Warnings warnings;
    const StringMap map = {{"group", "01:00:00:00:00:01"}, {"zero", "00:00:00:00:00:00"}};
    Settings settings(map, "bridge br0", warnings);
    EXPECT_FALSE(settings.mac("group"));
    EXPECT_FALSE(settings.mac("zero"));
    EXPECT_EQ(warnings.size(), 2u);
}

} // namespace
} // namespace bvs::model
