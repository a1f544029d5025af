// SPDX-License-Identifier: Apache-2.0
//
// Frames between neighbours are the daemon's at the ports that it speaks their protocol at, and
// nothing that merely looks like them is.
#include "selftests/fixture/lab.h"
#include "selftests/prog/packet.h"
#include "switch/protocol_frames.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>
#include <tuple>
#include <utility>

using namespace bvs::fixture;

namespace {

constexpr std::uint64_t k_slow = 0x0180c2000002; // IEEE 802.3, annex 57A
constexpr std::uint16_t k_bfd_port = 3784;

const Bytes k_lacp =
    Frame{.dst = k_slow, .type = ETH_P_SLOW, .payload = Bytes{1} + Bytes(109)}.bytes();
const Bytes k_bfd = Packet{.proto = IPPROTO_UDP, .ttl = 255, .tp_dst = k_bfd_port}.bytes();

using Told = std::vector<std::pair<bvs_protocol_frame, Bytes>>;

class Protocol : public testing::Test {
  protected:
    Protocol() {
        for (const auto protocol :
             {BVS_PROTOCOL_LACP, BVS_PROTOCOL_BFD, BVS_PROTOCOL_IGMP, BVS_PROTOCOL_MLD})
            frames_.serve(protocol, [this](const auto &frame, auto bytes) {
                told_.emplace_back(frame, Bytes(bytes.begin(), bytes.end()));
            });
        while (!told().empty()) // of the test before
            ;
    }

    Told told() {
        told_.clear();
        frames_.read();
        return std::exchange(told_, {});
    }

    // Which protocol's it is told as; 0: the bridge has it.
    unsigned taken(const Bytes &frame) {
        const auto verdict = lab_.run(1, frame).verdict;
        const auto told = this->told();
        EXPECT_EQ(verdict == TC_ACT_SHOT, !told.empty());
        return told.empty() ? 0 : told[0].first.protocol;
    }

    Lab lab_{{.flags = BVS_PORT_UP | BVS_PORT_FORWARD_BPDU | BVS_PORT_LACP | BVS_PORT_BFD},
             {.flags = BVS_PORT_UP | BVS_PORT_FORWARD_BPDU}};
    Told told_;
    bvs::daemon::ProtocolFrames frames_ =
        std::move(*bvs::daemon::ProtocolFrames::open(lab_.maps().protocol_frames_fd));
};

TEST_F(Protocol, IsTheDaemonsAlone) {
    const auto run = lab_.run(1, k_lacp);
    EXPECT_EQ(run.verdict, TC_ACT_SHOT);
    EXPECT_TRUE(run.copies.empty());
    const auto seen = told();
    ASSERT_EQ(seen.size(), 1U);
    const auto &[frame, bytes] = seen[0];
    EXPECT_EQ(frame.port, 1U);
    EXPECT_EQ(frame.protocol, BVS_PROTOCOL_LACP);
    EXPECT_EQ(frame.vid, 0);
    EXPECT_EQ(frame.length, k_lacp.size());
    EXPECT_EQ(bytes, k_lacp);
    EXPECT_EQ(lab_.counters(1).rx_packets, 1U);
}

TEST_F(Protocol, IsTakenWhereItIsSpoken) {
    EXPECT_EQ(taken(k_bfd), BVS_PROTOCOL_BFD);
    lab_.run(2, k_lacp);
    lab_.run(2, k_bfd);
    EXPECT_TRUE(told().empty());
}

TEST_F(Protocol, IsNotWhatLooksLikeIt) {
    EXPECT_EQ(taken(Frame{.dst = k_slow, .type = ETH_P_SLOW, .payload = Bytes{2} + Bytes(109)}
                        .bytes()), // the marker protocol
              0U);
    EXPECT_EQ(taken(Frame{.dst = k_slow, .type = ETH_P_SLOW, .payload = {}}.bytes()), 0U);
    EXPECT_EQ(taken(Packet{.proto = IPPROTO_UDP, .tp_dst = k_bfd_port + 1}.bytes()), 0U);
    EXPECT_EQ(taken(Packet{.proto = IPPROTO_TCP, .tp_dst = k_bfd_port}.bytes()), 0U);
    EXPECT_EQ(taken(Packet{.proto = IPPROTO_UDP, .tp_dst = k_bfd_port, .fragment = 8}.bytes()), 0U);
    auto cut = k_bfd;
    cut.resize(14 + 20 + 2);
    EXPECT_EQ(taken(cut), 0U);
}

// Half of the ring is for those who keep to their rate, and what finds no room is counted.
TEST_F(Protocol, LeavesRoomForOtherPorts) {
    constexpr unsigned k_too_many = 2 * BVS_PROTOCOL_RING_BYTES / BVS_PROTOCOL_BYTES;
    for (unsigned n = 0; n < k_too_many; ++n)
        lab_.run(1, k_lacp);
    EXPECT_GT(lab_.counters(1).drops[BVS_DROP_PROTOCOL], k_too_many / 3);
    std::size_t told_in_all = 0;
    for (auto seen = told(); !seen.empty(); seen = told())
        told_in_all += seen.size();
    EXPECT_EQ(told_in_all + lab_.counters(1).drops[BVS_DROP_PROTOCOL], k_too_many);
}

} // namespace
