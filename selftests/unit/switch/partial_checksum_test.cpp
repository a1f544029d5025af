// SPDX-License-Identifier: Apache-2.0
#include "switch/partial_checksum.h"

#include <gtest/gtest.h>

namespace bvs::daemon {
namespace {

using model::Bytes;

const Bytes k_addresses(12, 2);

Bytes operator+(Bytes a, const Bytes &b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// 10.0.0.1 to 10.0.0.2, ports 1000 and 80, two bytes "ab".
Bytes udp4(std::uint8_t high, std::uint8_t low) {
    return {0x08, 0, 0x45, 0, 0, 30, 0, 0,   0, 0,  64, 17, 0,    0,   10,  0,
            0,    1, 10,   0, 0, 2,  3, 232, 0, 80, 0,  10, high, low, 'a', 'b'};
}

Bytes completed(Bytes frame) {
    complete_checksum(frame);
    return frame;
}

TEST(PartialChecksum, IsFinished) {
    // The pseudo header: 0a00 + 0001 + 0a00 + 0002 + 17 + 10 = 141e.
    EXPECT_EQ(completed(k_addresses + udp4(0x14, 0x1e)), k_addresses + udp4(0x86, 0x3d));
}

TEST(PartialChecksum, BehindTags) {
    const Bytes tags = {0x88, 0xa8, 0, 5, 0x81, 0, 0, 6};
    EXPECT_EQ(completed(k_addresses + tags + udp4(0x14, 0x1e)),
              k_addresses + tags + udp4(0x86, 0x3d));
}

TEST(PartialChecksum, OthersStayAsTheyAre) {
    for (const auto &frame : {k_addresses + udp4(0x86, 0x3d), k_addresses + udp4(0, 0),
                              k_addresses + udp4(0x14, 0x1d), k_addresses, Bytes{}})
        EXPECT_EQ(completed(frame), frame);
}

TEST(PartialChecksum, OfWhatIsCutOffStaysAsItIs) {
    auto frame = k_addresses + udp4(0x14, 0x1e);
    frame.pop_back();
    EXPECT_EQ(completed(frame), frame);
}

TEST(PartialChecksum, OfFragmentsStaysAsItIs) {
    auto frame = k_addresses + udp4(0x14, 0x1e);
    frame[20] = 0x20; // more to come
    EXPECT_EQ(completed(frame), frame);
}

TEST(PartialChecksum, OfIpv6OverTcp) {
    Bytes frame = k_addresses + Bytes{0x86, 0xdd, 0x60, 0, 0, 0, 0, 20, 6, 64};
    frame = frame + Bytes{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    frame = frame + Bytes{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
    const Bytes tcp = {3, 232, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0x10, 0, 0, 0, 0, 0};
    frame = frame + tcp;
    frame[70] = 0x5b; // 2 * (2001 + 0db8) + 1 + 2 + 6 + 20 = 5b8f
    frame[71] = 0x8f;
    const auto finished = completed(frame);
    EXPECT_EQ(finished[70] << 8 | finished[71], 0x4035);
    EXPECT_EQ(completed(finished), finished);
}

} // namespace
} // namespace bvs::daemon
