// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/group_query.h"

#include "switch/protocol/group_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using namespace std::chrono_literals;

GroupQuery query(std::string_view source) {
    return {.mac = {2, 0, 0, 0, 0, 1},
            .source = *model::parse_ip_address(source),
            .robustness = 2,
            .interval = 125s,
            .max_response = 10s};
}

// As scapy makes them.
TEST(GroupQuery, IsOneOfIgmpVersion3) {
    EXPECT_EQ(encode_general_query(query("192.0.2.1")),
              (Bytes{0x01, 0x00, 0x5e, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x08,
                     0x00, // IPv4, with a router alert
                     0x46, 0xc0, 0x00, 0x24, 0x00, 0x00, 0x40, 0x00, 0x01, 0x02, 0x42, 0x11, 0xc0,
                     0x00, 0x02, 0x01, 0xe0, 0x00, 0x00, 0x01, 0x94, 0x04, 0x00, 0x00, // IGMP
                     0x11, 0x64, 0xec, 0x1e, 0x00, 0x00, 0x00, 0x00, 0x02, 0x7d, 0x00, 0x00,
                     // Ethernet's shortest frame
                     0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(GroupQuery, IsOneOfMldVersion2InItsVlan) {
    auto of_vlan = query("fe80::1");
    of_vlan.vlan = 10;
    of_vlan.max_response = 1s;
    EXPECT_EQ(encode_general_query(of_vlan),
              (Bytes{0x33, 0x33, 0x00, 0x00, 0x00, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01, 0x81,
                     0x00, 0x00, 0x0a, 0x86, 0xdd, // IPv6
                     0x60, 0x00, 0x00, 0x00, 0x00, 0x24, 0x00, 0x01, 0xfe, 0x80, 0,    0,    0,
                     0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x01, 0xff, 0x02,
                     0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,
                     0x01,                                           // options: a router alert
                     0x3a, 0x00, 0x05, 0x02, 0x00, 0x00, 0x01, 0x00, // MLD
                     0x82, 0x00, 0x79, 0xbe, 0x03, 0xe8, 0x00, 0x00, 0,    0,    0,    0,    0,
                     0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x02, 0x7d,
                     0x00, 0x00}));
}

TEST(GroupQuery, IsUnderstood) {
    for (const auto *source : {"0.0.0.0", "192.0.2.1", "fe80::1"})
        for (const std::uint16_t vlan : {0, 10, 4094}) {
            auto sent = query(source);
            sent.vlan = vlan;
            const auto message = decode_group_message(encode_general_query(sent));
            ASSERT_TRUE(message) << source << ": " << message.error().message;
            EXPECT_EQ(*message, (GroupMessage{.kind = GroupMessage::Kind::query,
                                              .source = sent.source,
                                              .max_response = 10s}));
        }
}

TEST(GroupQuery, HasLongTimesAsFloatingPointNumbers) {
    const auto heard = [](Milliseconds max_response, std::string_view source) {
        auto sent = query(source);
        sent.max_response = max_response;
        return decode_group_message(encode_general_query(sent))->max_response;
    };
    EXPECT_EQ(heard(12'700ms, "192.0.2.1"), 12'700ms);
    EXPECT_EQ(heard(12'800ms, "192.0.2.1"), 12'800ms);
    EXPECT_EQ(heard(13'500ms, "192.0.2.1"), 12'800ms);
    EXPECT_EQ(heard(25'600ms, "192.0.2.1"), 25'600ms);
    EXPECT_EQ(heard(60s, "192.0.2.1"), 57'600ms);
    EXPECT_EQ(heard(2h, "192.0.2.1"), 3'174'400ms); // the longest there is
    EXPECT_EQ(heard(32'767ms, "fe80::1"), 32'767ms);
    EXPECT_EQ(heard(60s, "fe80::1"), 60s);

    const auto code = [](std::chrono::seconds interval) {
        auto sent = query("192.0.2.1");
        sent.interval = interval;
        return unsigned{encode_general_query(sent)[47]};
    };
    EXPECT_EQ(code(127s), 127u);
    EXPECT_EQ(code(150s), 0x82u);  // 144
    EXPECT_EQ(code(1800s), 0xbcu); // 1792
}

} // namespace
} // namespace bvs::protocol
