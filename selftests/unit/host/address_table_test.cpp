// SPDX-License-Identifier: Apache-2.0
#include "switch/host/address_table.h"

#include "selftests/unit/host/message.h"

#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace bvs::host {
namespace {

using Bytes4 = std::array<std::uint8_t, 4>;
using Bytes16 = std::array<std::uint8_t, 16>;

constexpr Bytes4 k_own{10, 0, 0, 1};
constexpr Bytes4 k_other{10, 0, 0, 2};

model::IpAddress ip(std::string_view text) {
    return model::parse_ip_address(text).value();
}

Message message(std::uint16_t type, std::uint8_t family = AF_INET) {
    return {type, ifaddrmsg{.ifa_family = family,
                            .ifa_prefixlen = 24,
                            .ifa_flags = IFA_F_PERMANENT,
                            .ifa_scope = RT_SCOPE_LINK,
                            .ifa_index = 7}};
}

Address address(std::string_view text, std::uint32_t flags = 0, std::uint8_t scope = 0) {
    return {.ifindex = 7, .address = ip(text), .prefix_length = 24, .scope = scope, .flags = flags};
}

TEST(DecodeAddress, AllThatAMessageSays) {
    auto said = message(RTM_NEWADDR).put(IFA_ADDRESS, k_own).put(IFA_LOCAL, k_own);
    said.put(IFA_FLAGS, std::uint32_t{IFA_F_NOPREFIXROUTE | IFA_F_PERMANENT});
    const auto report = decode_address(said);
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->gone);
    EXPECT_EQ(report->address,
              address("10.0.0.1", IFA_F_NOPREFIXROUTE | IFA_F_PERMANENT, RT_SCOPE_LINK));
}

TEST(DecodeAddress, OnALinkBetweenTwoItIsOurs) {
    auto own_first = message(RTM_DELADDR).put(IFA_LOCAL, k_own).put(IFA_ADDRESS, k_other);
    ASSERT_TRUE(decode_address(own_first));
    EXPECT_EQ(decode_address(own_first)->address.address, ip("10.0.0.1"));
    EXPECT_TRUE(decode_address(own_first)->gone);
}

TEST(DecodeAddress, Ipv6) {
    const Bytes16 bytes{0xfd, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    auto said = message(RTM_NEWADDR, AF_INET6).put(IFA_ADDRESS, bytes);
    ASSERT_TRUE(decode_address(said));
    EXPECT_EQ(decode_address(said)->address.address, ip("fd00::102:304:506:708"));
}

TEST(DecodeAddress, WhatIsMalformedOrAnotherFamilysIsNothing) {
    EXPECT_FALSE(decode_address(message(RTM_NEWROUTE).put(IFA_LOCAL, k_own)));
    EXPECT_FALSE(decode_address(message(RTM_NEWADDR, AF_BRIDGE).put(IFA_LOCAL, k_own)));
    EXPECT_FALSE(decode_address(message(RTM_NEWADDR)));
    EXPECT_FALSE(decode_address(message(RTM_NEWADDR, AF_INET6).put(IFA_ADDRESS, k_own)));
    auto whole = message(RTM_NEWADDR).put(IFA_LOCAL, k_own);
    for (std::size_t size = sizeof(nlmsghdr); size < whole.size(); ++size)
        EXPECT_FALSE(decode_address(whole.cut(size))) << size;
}

TEST(AddressTable, TellsWhatIsNew) {
    AddressTable table;
    EXPECT_TRUE(table.apply({address("10.0.0.1")}));
    EXPECT_FALSE(table.apply({address("10.0.0.1")}));
    EXPECT_TRUE(table.apply({address("10.0.0.1", IFA_F_DEPRECATED)}));
    EXPECT_TRUE(table.apply({address("10.0.0.1"), true}));
    EXPECT_FALSE(table.apply({address("10.0.0.1"), true}));
    EXPECT_TRUE(table.entries().empty());
}

TEST(AddressTable, OneAddressInTwoNetworksIsTwo) {
    AddressTable table;
    auto host = address("10.0.0.1");
    host.prefix_length = 32;
    table.apply({address("10.0.0.1")});
    table.apply({host});
    table.apply({host, true});
    EXPECT_EQ(table.source(7, false), ip("10.0.0.1"));
}

TEST(AddressTable, ADumpEndsWhatItDoesNotMention) {
    AddressTable table;
    table.apply({address("10.0.0.1")});
    table.apply({address("10.0.0.2")});
    table.begin_dump();
    table.apply({address("10.0.0.2")});
    EXPECT_TRUE(table.end_dump());
    EXPECT_EQ(table.source(7, false), ip("10.0.0.2"));
    table.begin_dump();
    table.apply({address("10.0.0.2")});
    EXPECT_FALSE(table.end_dump());
    table.begin_dump();
    EXPECT_TRUE(table.end_dump());
    EXPECT_TRUE(table.entries().empty());
}

TEST(AddressTable, TheSourceIsThePrimaryOne) {
    AddressTable table;
    EXPECT_FALSE(table.source(7, false));
    table.apply({address("10.0.0.9", IFA_F_SECONDARY)});
    EXPECT_EQ(table.source(7, false), ip("10.0.0.9"));
    EXPECT_FALSE(table.source(7, true));
    table.apply({address("10.0.0.5")});
    table.apply({address("10.0.0.1")});
    EXPECT_EQ(table.source(7, false), ip("10.0.0.5")) << "the first one, as the kernel has it";
    EXPECT_FALSE(table.source(8, false));
}

TEST(AddressTable, TheSourceIsOneThatCanBeUsed) {
    AddressTable table;
    table.apply({address("fe80::1", 0, RT_SCOPE_LINK)});
    EXPECT_EQ(table.source(7, true), ip("fe80::1"));
    table.apply({address("fd00::3", IFA_F_TENTATIVE)});
    EXPECT_EQ(table.source(7, true), ip("fe80::1")) << "until duplicates are known not to be";
    table.apply({address("fd00::3", IFA_F_DEPRECATED)});
    EXPECT_EQ(table.source(7, true), ip("fe80::1"));
    table.apply({address("fd00::3")});
    EXPECT_EQ(table.source(7, true), ip("fd00::3")) << "the wider scope";
    table.apply({address("fd00::1", IFA_F_TEMPORARY)});
    EXPECT_EQ(table.source(7, true), ip("fd00::3")) << "stable";
    table.apply({address("fd00::2")});
    EXPECT_EQ(table.source(7, true), ip("fd00::2")) << "whatever the order";
    table.apply({address("fd00::2"), true});
    table.apply({address("fd00::3"), true});
    table.apply({address("fe80::1"), true});
    table.apply({address("fd00::1", IFA_F_TENTATIVE)});
    EXPECT_EQ(table.source(7, true), ip("fd00::1")) << "better than none";
}

} // namespace
} // namespace bvs::host
