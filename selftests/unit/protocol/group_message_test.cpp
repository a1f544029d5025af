// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/group_message.h"

#include "selftests/unit/protocol/group_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

model::IpAddress ip(std::string_view text) {
    return *model::parse_ip_address(text);
}

Bytes from_hex(std::string_view text) {
    Bytes bytes;
    for (std::size_t at = 0; at < text.size(); at += 2)
        bytes.push_back(
            static_cast<std::uint8_t>(std::stoul(std::string(text.substr(at, 2)), nullptr, 16)));
    return bytes;
}

GroupMessage read(const Bytes &frame) {
    const auto message = decode_group_message(frame);
    EXPECT_TRUE(message) << (message ? "" : message.error().message);
    return message.value_or(GroupMessage{});
}

std::string refusal(const Bytes &frame) {
    const auto message = decode_group_message(frame);
    return message ? "" : message.error().message;
}

Bytes igmp(std::uint8_t type, std::uint8_t code, std::uint32_t group) {
    return Writer().u8(type).u8(code).u16(0).u32(group).take();
}

Bytes mld(std::uint8_t type, std::uint16_t code, std::string_view group) {
    const auto bits = ip(group).bits();
    return Writer()
        .u8(type)
        .u8(0)
        .u16(0)
        .u16(code)
        .u16(0)
        .u32(static_cast<std::uint32_t>(bits.high >> 32))
        .u32(static_cast<std::uint32_t>(bits.high))
        .u32(static_cast<std::uint32_t>(bits.low >> 32))
        .u32(static_cast<std::uint32_t>(bits.low))
        .take();
}

FrameShape from(std::string_view source) {
    return {.source = ip(source)};
}

constexpr std::uint32_t k_group = 0xef010101; // 239.1.1.1

// The next three were made by scapy.
TEST(GroupMessage, ReadsAReportOfVersion2) {
    const auto message =
        read(from_hex("01005e0101010200000000010800460000200001000001022ad40a000001"
                      "ef010101940400001614f9e8ef010101"));
    EXPECT_EQ(message,
              (GroupMessage{.source = ip("10.0.0.1"), .changes = {{ip("239.1.1.1"), true}}}));
}

TEST(GroupMessage, ReadsAGeneralQuery) {
    const auto message =
        read(from_hex("01005e0000010200000000020800460000200001000001023acd0a000009"
                      "e0000001940400001164ee9b00000000"));
    EXPECT_EQ(message, (GroupMessage{.kind = GroupMessage::Kind::query,
                                     .source = ip("10.0.0.9"),
                                     .max_response = Milliseconds(10'000)}));
}

TEST(GroupMessage, ReadsAReportOfMldVersion2) {
    const auto message =
        read(from_hex("33330000001602000000000386dd6000000000240001fe800000000000000000000000000001"
                      "ff0200000000000000000000000000163a000502000001008f005dca0000000104000000"
                      "ff0e0000000000000000000000001234"));
    EXPECT_EQ(message,
              (GroupMessage{.source = ip("fe80::1"), .changes = {{ip("ff0e::1234"), true}}}));
}

TEST(GroupMessage, ReadsTheOtherMessagesOfIgmp) {
    EXPECT_THAT(read(v4_frame(igmp(0x12, 0, k_group), {.router_alert = false})).changes,
                ElementsAre(GroupChange{ip("239.1.1.1"), true}));
    EXPECT_THAT(read(v4_frame(igmp(0x17, 0, k_group))).changes,
                ElementsAre(GroupChange{ip("239.1.1.1"), false}));
    EXPECT_EQ(read(v4_frame(igmp(0x11, 10, k_group))).group, ip("239.1.1.1"));
    const auto oldest = read(v4_frame(igmp(0x11, 0, 0), {.router_alert = false}));
    EXPECT_EQ(oldest.max_response, Milliseconds(10'000));
    auto newest = igmp(0x11, 0x8f, 0);
    newest.resize(12);
    EXPECT_EQ(read(v4_frame(newest)).max_response, Milliseconds(100 * (31 << 3)));
}

TEST(GroupMessage, ReadsTheOtherMessagesOfMld) {
    EXPECT_THAT(read(v6_frame(mld(131, 0, "ff05::7"), from("fe80::2"))).changes,
                ElementsAre(GroupChange{ip("ff05::7"), true}));
    EXPECT_THAT(read(v6_frame(mld(132, 0, "ff05::7"), from("::"))).changes,
                ElementsAre(GroupChange{ip("ff05::7"), false}));
    const auto query = read(v6_frame(mld(130, 1500, "::"), from("fe80::2")));
    EXPECT_TRUE(query.group.is_none());
    EXPECT_EQ(query.max_response, Milliseconds(1500));
    auto newer = mld(130, 0x8fff, "ff05::7");
    newer.resize(28);
    const auto of_group = read(v6_frame(newer, from("fe80::2")));
    EXPECT_EQ(of_group.group, ip("ff05::7"));
    EXPECT_EQ(of_group.max_response, Milliseconds(0x1fff << 3));
}

TEST(GroupMessage, RecordsJoinAndLeave) {
    Writer report;
    report.u8(0x22).u8(0).u16(0).u16(0).u16(8);
    const auto record = [&](std::uint8_t type, std::uint8_t words, std::uint16_t sources,
                            std::uint32_t group) {
        report.u8(type).u8(words).u16(sources).u32(group).zeros((sources + words) * std::size_t{4});
    };
    record(1, 0, 0, 0xef000001); // include nothing
    record(2, 1, 0, 0xef000002); // exclude nothing, with auxiliary data
    record(3, 0, 2, 0xef000003); // from now on include two
    record(4, 0, 1, 0xef000004); // from now on exclude one
    record(5, 0, 1, 0xef000005); // allow one
    record(6, 0, 1, 0xef000006); // block one
    record(9, 0, 0, 0xef000007); // unknown
    record(2, 0, 0, 0x0a000001); // no group
    EXPECT_THAT(read(v4_frame(report.take())).changes,
                ElementsAre(GroupChange{ip("239.0.0.1"), false}, GroupChange{ip("239.0.0.2"), true},
                            GroupChange{ip("239.0.0.3"), true}, GroupChange{ip("239.0.0.4"), true},
                            GroupChange{ip("239.0.0.5"), true}));
}

TEST(GroupMessage, ReadsThroughTags) {
    auto frame = v4_frame(igmp(0x16, 0, k_group));
    const Bytes tags = {0x88, 0xa8, 0, 1, 0x81, 0, 0, 2};
    frame.insert(frame.begin() + 12, tags.begin(), tags.end());
    EXPECT_EQ(read(frame).changes.size(), 1u);
}

TEST(GroupMessage, HelloOfPimShowsARouter) {
    const Bytes hello = {0x20, 0, 0, 0, 0, 1, 0, 2, 0, 105};
    EXPECT_EQ(read(v4_frame(hello, {.protocol = 103, .router_alert = false})),
              (GroupMessage{.kind = GroupMessage::Kind::router, .source = ip("192.0.2.9")}));
    EXPECT_EQ(
        read(v6_frame(hello, {.protocol = 103, .router_alert = false, .source = ip("fe80::5")}))
            .kind,
        GroupMessage::Kind::router);
    EXPECT_EQ(refusal(v4_frame({0x21, 0, 0, 0}, {.protocol = 103})),
              "a PIM message that is no hello of version 2");
}

TEST(GroupMessage, SaysWhatIsWrongWithThePacket) {
    EXPECT_EQ(refusal({}), "a frame of EtherType 0x0000, which is not IP");
    EXPECT_EQ(refusal(v4_frame(igmp(0x16, 0, k_group), {.ttl = 64})),
              "a message with a TTL of 64; it is sent with 1");
    EXPECT_EQ(refusal(v4_frame(igmp(0x16, 0, k_group), {.fragment = 0x2000})), "a fragment");
    EXPECT_EQ(refusal(v4_frame(igmp(0x16, 0, k_group), {.protocol = 17})),
              "an IP packet of protocol 17, which says nothing of groups");
    auto frame = v4_frame(igmp(0x16, 0, k_group));
    frame[45] ^= 1;
    EXPECT_EQ(refusal(frame), "a message of 8 bytes with a wrong checksum");
    frame[27] ^= 1;
    EXPECT_EQ(refusal(frame), "an IPv4 header with a wrong checksum");
    frame.resize(40);
    EXPECT_EQ(refusal(frame), "an IPv4 header whose lengths, 24 and 32, do not fit 26 bytes");
    auto six = v6_frame(mld(131, 0, "ff05::7"), from("fe80::2"));
    six[70] ^= 1;
    EXPECT_THAT(refusal(six), HasSubstr("with a wrong checksum"));
    six.resize(80);
    EXPECT_EQ(refusal(six), "an IPv6 header whose length, 32, does not fit 66 bytes");
}

TEST(GroupMessage, SaysWhatIsWrongWithIgmp) {
    EXPECT_EQ(refusal(v4_frame({0x16, 0, 0, 0})), "an IGMP message of 4 bytes; the shortest has 8");
    EXPECT_EQ(refusal(v4_frame(igmp(0x99, 0, k_group))), "an IGMP message of type 0x99");
    EXPECT_EQ(refusal(v4_frame(igmp(0x16, 0, 0x0a000001))),
              "a report of 10.0.0.1, which is no group");
    EXPECT_EQ(refusal(v4_frame(igmp(0x11, 1, 0x0a000001))),
              "a query for 10.0.0.1, which is no group");
    EXPECT_EQ(refusal(v4_frame(igmp(0x11, 1, 0), {.router_alert = false})),
              "an IGMP query without router alert");
    auto query = igmp(0x11, 1, 0);
    query.resize(10);
    EXPECT_EQ(refusal(v4_frame(query)), "an IGMP query of 10 bytes; it has 8, or 12 and more");
    EXPECT_EQ(refusal(v4_frame({0x22, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 1, 239, 1, 1, 1})),
              "a report of 1 records ends within number 1");
}

TEST(GroupMessage, SaysWhatIsWrongWithMld) {
    auto shape = from("fe80::2");
    EXPECT_EQ(refusal(v6_frame(mld(135, 0, "ff05::7"), shape)),
              "an ICMPv6 message of type 135, which is not of MLD");
    EXPECT_EQ(refusal(v6_frame(mld(131, 0, "2001:db8::1"), shape)),
              "a report of 2001:db8::1, which is no group");
    auto query = mld(130, 0, "::");
    EXPECT_EQ(refusal(v6_frame(query, from("::"))),
              "an MLD message from ::, which is no link-local address");
    query.resize(26);
    EXPECT_EQ(refusal(v6_frame(query, shape)),
              "an MLD query of 26 bytes; it has 24, or 28 and more");
    query.resize(20);
    EXPECT_EQ(refusal(v6_frame(query, shape)), "an MLD message of 20 bytes; the shortest has 24");
    shape.router_alert = false;
    EXPECT_EQ(refusal(v6_frame(mld(131, 0, "ff05::7"), shape)),
              "an MLD message without router alert");
}

TEST(GroupMessage, KnowsTheLinksOwnGroups) {
    EXPECT_TRUE(is_link_local_group(ip("224.0.0.251")));
    EXPECT_TRUE(is_link_local_group(ip("ff02::1")));
    EXPECT_FALSE(is_link_local_group(ip("224.0.1.1")));
    EXPECT_FALSE(is_link_local_group(ip("ff02::1:ff00:1")));
}

} // namespace
} // namespace bvs::protocol
