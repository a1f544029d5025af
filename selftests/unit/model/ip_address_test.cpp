// SPDX-License-Identifier: Apache-2.0
#include "switch/model/ip_address.h"

#include <gtest/gtest.h>

namespace bvs::model {
namespace {

std::string again(std::string_view text) {
    const auto address = parse_ip_address(text);
    return address ? to_string(*address) : "refused";
}

TEST(IpAddressTest, ReadsAndWritesBothVersions) {
    EXPECT_EQ(again("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(again("2001:DB8:0:0::1"), "2001:db8::1");
    EXPECT_EQ(again("::"), "::");
}

TEST(IpAddressTest, RefusesEverythingElse) {
    for (const auto *text : {"", "host", "192.0.2", "192.0.2.256", "192.0.2.1 ", "fe80::1%eth0",
                             "::ffff:192.0.2.1", "2001:db8::/32"})
        EXPECT_EQ(again(text), "refused") << text;
}

TEST(IpAddressTest, IsWhatTheDatapathHas) {
    const auto v4 = parse_ip_address("192.0.2.1")->bits();
    EXPECT_EQ(v4.high, 0u);
    EXPECT_EQ(v4.low, 0xffffc0000201u);
    EXPECT_TRUE(IpAddress(v4).is_v4());
    const auto v6 = parse_ip_address("2001:db8::1")->bits();
    EXPECT_EQ(v6.high, 0x20010db800000000u);
    EXPECT_EQ(v6.low, 1u);
    EXPECT_FALSE(IpAddress(v6).is_v4());
    EXPECT_EQ(IpAddress(v6), parse_ip_address("2001:db8::1"));
}

TEST(IpAddressTest, KnowsWhatNoHostHas) {
    EXPECT_TRUE(IpAddress().is_none());
    EXPECT_FALSE(IpAddress::v4(0).is_none());
    for (const auto *text : {"224.0.0.1", "239.255.255.255", "255.255.255.255", "ff02::1"})
        EXPECT_TRUE(parse_ip_address(text)->is_multicast()) << text;
    for (const auto *text : {"223.255.255.255", "240.0.0.1", "fe80::1", "::"})
        EXPECT_FALSE(parse_ip_address(text)->is_multicast()) << text;
}

} // namespace
} // namespace bvs::model
