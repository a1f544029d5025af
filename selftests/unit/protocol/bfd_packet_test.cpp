// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bfd_packet.h"

#include "selftests/unit/protocol/group_frames.h"

#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

const BfdFrame k_frame = {.source = {2, 0, 0, 0, 0, 1},
                          .destination = {0, 0x23, 0x20, 0, 0, 1},
                          .source_ip = 0xa9fe0101,
                          .destination_ip = 0xa9fe0100,
                          .source_port = 49152,
                          .packet = {.diagnostic = BfdDiagnostic::neighbor_down,
                                     .state = BfdState::up,
                                     .poll = true,
                                     .multiplier = 5,
                                     .my_discriminator = 0x01020304,
                                     .your_discriminator = 0x05060708,
                                     .desired_min_tx = Microseconds(100'000),
                                     .required_min_rx = Microseconds(1'000'000),
                                     .required_min_echo_rx = Microseconds(7)}};

constexpr std::size_t k_ip = 14, k_udp = 34, k_bfd = 42;

std::string refusal(Bytes frame) {
    const auto read = decode_bfd_frame(frame);
    return read ? "" : read.error().message;
}

// The frame with other bytes, and no checksum in UDP.
std::string refusal_with(std::size_t at, std::uint8_t value) {
    auto frame = encode_bfd_frame(k_frame);
    frame[at] = value;
    frame[k_udp + 6] = frame[k_udp + 7] = 0;
    Bytes header(frame.begin() + k_ip, frame.begin() + k_udp);
    header[10] = header[11] = 0;
    put_checksum(header, 10);
    std::ranges::copy(header, frame.begin() + k_ip);
    return refusal(frame);
}

TEST(BfdPacket, IsOnTheWireAsTheStandardHasIt) {
    const auto frame = encode_bfd_frame(k_frame);
    const Bytes packet = {0x23, 0xe0, 5,    24,   1, 2,    3,    4,    5, 6, 7, 8,
                          0,    1,    0x86, 0xa0, 0, 0x0f, 0x42, 0x40, 0, 0, 0, 7};
    ASSERT_EQ(frame.size(), k_bfd + packet.size());
    EXPECT_EQ(Bytes(frame.begin() + k_bfd, frame.end()), packet);
    EXPECT_EQ(frame[k_ip + 8], 255);
    EXPECT_EQ(decode_bfd_frame(frame), k_frame);
}

TEST(BfdPacket, IsReadThroughTags) {
    auto frame = encode_bfd_frame(k_frame);
    const Bytes tag = {0x81, 0, 0, 5};
    frame.insert(frame.begin() + 12, tag.begin(), tag.end());
    EXPECT_EQ(decode_bfd_frame(frame), k_frame);
}

TEST(BfdPacket, SaysWhatIsWrong) {
    EXPECT_EQ(refusal({}), "a frame of EtherType 0x0000, which is not IPv4");
    EXPECT_EQ(refusal_with(k_ip, 0x65), "an IPv4 header whose lengths, 20 and 52, do not fit 52 "
                                        "bytes");
    EXPECT_EQ(refusal_with(k_ip + 8, 64),
              "a packet with a TTL of 64; that of BFD over one hop is 255");
    EXPECT_EQ(refusal_with(k_ip + 9, 6), "an IPv4 packet that is no whole datagram of UDP");
    EXPECT_EQ(refusal_with(k_udp + 3, 0xc9), "a datagram for port 3785; that of BFD is 3784");
    EXPECT_EQ(refusal_with(k_udp + 5, 33), "a UDP header of length 33 in 32 bytes");
    EXPECT_EQ(refusal_with(k_bfd, 0x43), "a BFD packet of version 2, not 1");
    EXPECT_EQ(refusal_with(k_bfd + 1, 0xc4),
              "a BFD packet with authentication, which is not in use");
    EXPECT_EQ(refusal_with(k_bfd + 1, 0xc1),
              "a BFD packet with the multipoint bit, which has to be zero");
    EXPECT_EQ(refusal_with(k_bfd + 2, 0), "a BFD packet with a detection multiplier of 0");
    EXPECT_EQ(refusal_with(k_bfd + 3, 23),
              "a BFD packet of length 23 in 24 bytes; the shortest has 24");
    auto frame = encode_bfd_frame(k_frame);
    frame[k_bfd + 4] ^= 1;
    EXPECT_EQ(refusal(frame), "a datagram with a wrong checksum");
    frame[k_ip + 4] ^= 1;
    EXPECT_EQ(refusal(frame), "an IPv4 header with a wrong checksum");
}

TEST(BfdPacket, NeedsDiscriminators) {
    auto frame = k_frame;
    frame.packet.my_discriminator = 0;
    EXPECT_EQ(refusal(encode_bfd_frame(frame)), "a BFD packet whose sender has discriminator 0");
    frame = k_frame;
    frame.packet.your_discriminator = 0;
    EXPECT_EQ(refusal(encode_bfd_frame(frame)), "a BFD packet in state up for discriminator 0");
    frame.packet.state = BfdState::down;
    EXPECT_EQ(refusal(encode_bfd_frame(frame)), "");
}

} // namespace
} // namespace bvs::protocol
