// SPDX-License-Identifier: Apache-2.0
//
// Addresses of protocols between neighbours stay on their link, unless the bridge forwards them.
#include "selftests/fixture/lab.h"

#include <gtest/gtest.h>

using namespace bvs::fixture;

namespace {

class Reserved : public testing::TestWithParam<std::uint64_t> {};

TEST_P(Reserved, EndsWhereItCameIn) {
    Lab lab({{}, {}});
    EXPECT_EQ(lab.send(1, Frame{.dst = GetParam()}), Delivery{});
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_RESERVED_ADDRESS], 1U);
}

TEST_P(Reserved, IsForwardedWhereTheBridgeSaysSo) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_FORWARD_BPDU}, {}});
    const auto frame = Frame{.dst = GetParam()}.bytes();
    EXPECT_EQ(lab.send(1, frame), each({2}, frame));
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_RESERVED_ADDRESS], 0U);
}

INSTANTIATE_TEST_SUITE_P(Protocols, Reserved,
                         testing::Values(0x0180c2000000,   // STP
                                         0x0180c2000001,   // pause
                                         0x0180c2000002,   // LACP
                                         0x0180c2000003,   // 802.1X
                                         0x0180c200000e,   // LLDP
                                         0x0180c200000f,   // the last of the block
                                         0x01000c000000,   // ISL
                                         0x01000cccccc0,   // first and
                                         0x01000cccccc7,   // last of a block
                                         0x01000ccccccc,   // CDP
                                         0x01000ccccccd,   // PVST+
                                         0x01000ccdcdcd)); // uplink fast

class AlmostReserved : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AlmostReserved, IsForwarded) {
    Lab lab({{}, {}});
    const auto frame = Frame{.dst = GetParam()}.bytes();
    EXPECT_EQ(lab.send(1, frame), each({2}, frame));
}

INSTANTIATE_TEST_SUITE_P(Neighbours, AlmostReserved,
                         testing::Values(0x0180c2000010, 0x0180c1ffffff, 0x01000cccccbf,
                                         0x01000cccccc8, 0x01000ccccccb, 0x01000cccccce,
                                         0x01000c000001, 0x01005e0000fb, 0x0080c2000000));

TEST(ReservedAddress, IsNotLearnedFrom) {
    Lab lab({{}, {}});
    lab.send(1, Frame{.dst = 0x0180c2000000, .src = mac(7)});
    EXPECT_FALSE(lab.maps().fdb.find(1, mac(7), 0));
}

} // namespace
