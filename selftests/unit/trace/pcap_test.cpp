// SPDX-License-Identifier: Apache-2.0
#include "ctl/pcap.h"

#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

using testing::HasSubstr;

std::string number(std::uint32_t value, bool big_endian) {
    std::string bytes;
    for (int i = 0; i < 4; ++i)
        bytes += static_cast<char>(value >> 8 * (big_endian ? 3 - i : i));
    return bytes;
}

std::string file(std::uint32_t magic, bool big_endian, std::uint32_t link_type,
                 const std::vector<std::string> &packets) {
    auto bytes = number(magic, big_endian) + std::string(16, '\0') + number(link_type, big_endian);
    for (const auto &packet : packets) {
        const auto size = number(static_cast<std::uint32_t>(packet.size()), big_endian);
        bytes += std::string(8, '\0') + size + size + packet;
    }
    return bytes;
}

std::string refusal(const std::string &bytes) {
    const auto packets = read_pcap(bytes);
    return packets ? "" : packets.error().message;
}

TEST(Pcap, GivesPacketsInEitherByteOrder) {
    for (const auto magic : {0xa1b2c3d4U, 0xa1b23c4dU})
        for (const bool big_endian : {false, true}) {
            const auto packets = read_pcap(file(magic, big_endian, 1, {"ab", "", "cde"}));
            ASSERT_TRUE(packets) << packets.error().message;
            EXPECT_EQ(*packets, (std::vector<Packet>{{'a', 'b'}, {}, {'c', 'd', 'e'}}));
        }
}

TEST(Pcap, RefusesOtherFiles) {
    EXPECT_THAT(refusal("short"), HasSubstr("5 bytes"));
    EXPECT_THAT(refusal(file(0x0a0d0d0a, false, 1, {})), HasSubstr("pcapng"));
    EXPECT_THAT(refusal(file(0xa1b2c3d4, false, 113, {})), HasSubstr("link type 113"));
    auto cut = file(0xa1b2c3d4, false, 1, {"ab", "cde"});
    cut.pop_back();
    EXPECT_THAT(refusal(cut), HasSubstr("in the middle of packet 2"));
}

} // namespace
} // namespace bvs::ctl
