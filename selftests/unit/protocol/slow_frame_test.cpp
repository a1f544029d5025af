// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/slow_frame.h"

#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

constexpr model::Mac k_us = {2, 0, 0, 0, 0, 1}, k_them = {2, 0, 0, 0, 0, 2};

const LacpPdu k_pdu = {
    .actor = {0x8000, k_us, 0x0102, 0xff, 0x0304, lacp_state::activity | lacp_state::timeout},
    .partner = {1, k_them, 2, 3, 4, lacp_state::expired},
    .collector_max_delay = 0x0506};

std::string refusal(Bytes frame) {
    const auto pdu = decode_slow_frame(frame);
    return pdu ? "" : pdu.error().message;
}

std::string refusal_with(std::size_t at, std::uint8_t value) {
    auto frame = encode_slow_frame(k_us, k_pdu);
    frame[at] = value;
    return refusal(frame);
}

TEST(SlowFrame, LacpIsOnTheWireAsTheStandardHasIt) {
    const Bytes head = {0x01, 0x80, 0xc2, 0,    0,    2, 2,    0, 0, 0, 0, 1,
                        0x88, 0x09,                                           // Ethernet
                        1,    1,    1,    20,   0x80, 0, 2,    0, 0, 0, 0, 1, // actor
                        1,    2,    0,    0xff, 3,    4, 0x03, 0, 0, 0,       //
                        2,    20,   0,    1,    2,    0, 0,    0, 0, 2,       // partner
                        0,    2,    0,    3,    0,    4, 0x80, 0, 0, 0,       //
                        3,    16,   5,    6};                                 // collector
    const auto frame = encode_slow_frame(k_us, k_pdu);
    ASSERT_EQ(frame.size(), 124u);
    EXPECT_EQ(Bytes(frame.begin(), frame.begin() + static_cast<long>(head.size())), head);
    EXPECT_EQ(decode_slow_frame(frame), SlowPdu(k_pdu));
}

TEST(SlowFrame, MarkerIsOnTheWireAsTheStandardHasIt) {
    const Marker marker{.response = true, .port = 7, .system = k_them, .transaction = 0x01020304};
    const Bytes body = {2, 1, 2, 16, 0, 7, 2, 0, 0, 0, 0, 2, 1, 2, 3, 4, 0, 0};
    const auto frame = encode_slow_frame(k_us, marker);
    ASSERT_EQ(frame.size(), 124u);
    EXPECT_EQ(Bytes(frame.begin() + 14, frame.begin() + 14 + static_cast<long>(body.size())), body);
    EXPECT_EQ(decode_slow_frame(frame), SlowPdu(marker));
}

TEST(SlowFrame, LaterVersionsAndTrailersAreRead) {
    auto frame = encode_slow_frame(k_us, k_pdu);
    frame[15] = 2;
    frame.resize(200, 0xaa);
    EXPECT_EQ(decode_slow_frame(frame), SlowPdu(k_pdu));
}

TEST(SlowFrame, SaysWhatIsWrong) {
    EXPECT_EQ(refusal({}), "a frame of 0 bytes; that of an LACPDU has 124");
    auto frame = encode_slow_frame(k_us, k_pdu);
    frame.pop_back();
    EXPECT_EQ(refusal(frame), "a frame of 123 bytes; that of an LACPDU has 124");
    EXPECT_EQ(refusal_with(13, 0), "a frame of EtherType 0x8800; that of LACP is 0x8809");
    EXPECT_EQ(refusal_with(14, 10), "slow protocol 10; LACP is 1 and its marker 2");
    EXPECT_EQ(refusal_with(15, 0), "version 0 of LACP; the first is 1");
    EXPECT_EQ(refusal_with(16, 9), "the actor of an LACPDU has type 9, not 1");
    EXPECT_EQ(refusal_with(17, 19), "the actor of an LACPDU has length 19, not 20");
    EXPECT_EQ(refusal_with(36, 1), "the partner of an LACPDU has type 1, not 2");
    EXPECT_EQ(refusal_with(37, 255), "the partner of an LACPDU has length 255, not 20");
    EXPECT_EQ(refusal_with(56, 0), "the collector of an LACPDU has type 0, not 3");
    EXPECT_EQ(refusal_with(57, 0), "the collector of an LACPDU has length 0, not 16");
}

TEST(SlowFrame, SaysWhatIsWrongWithAMarker) {
    auto frame = encode_slow_frame(k_us, Marker{});
    frame[17] = 15;
    EXPECT_EQ(refusal(frame), "a marker has length 15, not 16");
    frame[16] = 3;
    EXPECT_EQ(refusal(frame), "a marker has type 3; 1 is a request and 2 a response");
    frame[15] = 0;
    EXPECT_EQ(refusal(frame), "version 0 of the marker protocol; the first is 1");
}

} // namespace
} // namespace bvs::protocol
