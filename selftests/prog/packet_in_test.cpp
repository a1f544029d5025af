// SPDX-License-Identifier: Apache-2.0
//
// Packets for controllers, from a rule to the daemon's reader.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"
#include "switch/compile/meter.h"
#include "switch/record_ring.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <linux/in.h>

using namespace bvs::fixture;

namespace {

using PacketIns = bvs::daemon::RecordRing<bvs_packet_in>;

constexpr std::uint32_t k_controller = 0xfffffffd;
constexpr std::uint8_t k_action = 1; // OFPR_ACTION

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();

struct Seen {
    bvs_packet_in packet;
    Bytes bytes;
};

std::vector<Seen> read(PacketIns &packet_ins) {
    std::vector<Seen> seen;
    packet_ins.read([&](const bvs_packet_in &packet, std::span<const std::uint8_t> bytes) {
        seen.push_back({packet, {bytes.begin(), bytes.end()}});
    });
    return seen;
}

class PacketIn : public testing::Test {
  protected:
    PacketIn() {
        while (!read(packet_ins_).empty()) // of the test before
            ;
    }

    Lab lab_{{}, {}};
    Rules rules_{lab_};
    PacketIns packet_ins_ =
        std::move(*PacketIns::open(lab_.maps().pipeline->packet_ins_fd, "no ring"));
};

TEST_F(PacketIn, SaysWhereItComesFrom) {
    const auto rule = rules_.add({.program = {output(k_controller)}});
    lab_.run(1, k_tcp);
    const auto seen = read(packet_ins_);
    ASSERT_EQ(seen.size(), 1U);
    const auto &packet = seen[0].packet;
    EXPECT_EQ(packet.bridge, Rules::k_bridge);
    EXPECT_EQ(packet.port, 1U);
    EXPECT_EQ(packet.rule, rule);
    EXPECT_EQ(packet.table, 0);
    EXPECT_EQ(packet.reason, k_action);
    EXPECT_EQ(packet.length, k_tcp.size());
    EXPECT_EQ(bvs_flow_get(&packet.flow, in_port), 1U);
    EXPECT_EQ(seen[0].bytes, k_tcp);
}

TEST_F(PacketIn, HasAsManyBytesAsAreAskedFor) {
    rules_.add({.program = {output(k_controller, 20)}});
    const auto large = Frame{.payload = Bytes(1200, 7)}.bytes();
    lab_.run(1, large);
    const auto seen = read(packet_ins_);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].packet.length, large.size());
    EXPECT_EQ(seen[0].bytes, Bytes(large.begin(), large.begin() + 20));
}

TEST_F(PacketIn, IsReadInItsOrderAndALimitedNumberAtOnce) {
    rules_.add({.program = {output(k_controller)}});
    constexpr unsigned k_packets = PacketIns::k_most + 10;
    for (unsigned n = 0; n < k_packets; ++n)
        lab_.run(1, Frame{.src = mac(n + 1), .payload = Bytes(46 + n)});
    const auto first = read(packet_ins_);
    ASSERT_EQ(first.size(), PacketIns::k_most);
    EXPECT_EQ(first[5].bytes.size(), first[0].bytes.size() + 5);
    EXPECT_EQ(read(packet_ins_).size(), 10U);
    EXPECT_TRUE(read(packet_ins_).empty());
}

// No port keeps another one from being heard.
TEST_F(PacketIn, LeavesRoomForOtherPorts) {
    rules_.add({.program = {output(k_controller)}});
    const auto large = Frame{.payload = Bytes(1400, 7)}.bytes();
    constexpr unsigned k_too_many = 2 * BVS_PACKET_IN_RING_BYTES / BVS_PACKET_IN_LONG;
    for (unsigned n = 0; n < k_too_many; ++n)
        lab_.run(1, large);
    EXPECT_GT(lab_.counters(1).drops[BVS_DROP_PACKET_IN], k_too_many / 3);
    lab_.run(2, k_tcp);
    EXPECT_EQ(lab_.counters(2).drops[BVS_DROP_PACKET_IN], 0U);
    std::size_t from_2 = 0;
    for (auto seen = read(packet_ins_); !seen.empty(); seen = read(packet_ins_))
        from_2 += static_cast<std::size_t>(
            std::ranges::count(seen, 2U, [](const Seen &one) { return one.packet.port; }));
    EXPECT_EQ(from_2, 1U);
}

TEST_F(PacketIn, OfAMissIsForbiddenByThePortsConfiguration) {
    rules_.add({.priority = 0, .program = {output(k_controller)}});
    rules_.add({.match = {FIELD(eth_type, ETH_P_ARP)}, .program = {output(k_controller)}});
    lab_.the_switch().set_port(1,
                               {.flags = BVS_PORT_UP | BVS_PORT_PIPELINE | BVS_PORT_NO_PACKET_IN});
    lab_.run(1, k_tcp);
    EXPECT_TRUE(read(packet_ins_).empty());
    lab_.run(2, k_tcp);
    EXPECT_EQ(read(packet_ins_).size(), 1U);
    lab_.run(1, Frame{.type = ETH_P_ARP, .payload = arp()});
    EXPECT_EQ(read(packet_ins_).size(), 1U);
}

TEST_F(PacketIn, OfAMissIfTheBridgeSaysSo) {
    lab_.run(1, k_tcp);
    EXPECT_TRUE(read(packet_ins_).empty());
    rules_.set_flags(BVS_PIPELINE_MISS_TO_CONTROLLER);
    rules_.add({.table = 5, .program = {}}); // nothing in the cache is true any more
    rules_.add({.match = {FIELD(in_port, 2)}, .program = {resubmit(7)}});
    lab_.run(1, k_tcp);
    const auto seen = read(packet_ins_);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].packet.reason, 0);
    EXPECT_EQ(seen[0].packet.rule, 0U);
    lab_.run(2, k_tcp); // what is resubmitted comes back
    EXPECT_TRUE(read(packet_ins_).empty());
}

TEST_F(PacketIn, OfAnInjectedPacketToo) {
    rules_.inject(2, k_tcp, {output(k_controller)});
    const auto seen = read(packet_ins_);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(bvs_flow_get(&seen[0].packet.flow, in_port), 2U);
    EXPECT_EQ(seen[0].bytes, k_tcp);
}

TEST_F(PacketIn, AFrameWithoutEthernetHeaderIsNotInjected) {
    const auto refused = lab_.the_switch().datapath().inject(Rules::k_bridge, 1, 0, Bytes(13));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EINVAL);
}

TEST_F(PacketIn, IsLimitedByTheBridgesMeterForControllers) {
    auto bands = bvs::compile::compile_meter(
        {.flags = {.packets = true, .burst = true}, .bands = {{.rate = 1, .burst = 3}}});
    bands.band[0].price *= 1000; // and no other for a quarter of an hour
    bands.band[0].burst *= 1000;
    const auto meter = rules_.add_meter(bands);
    rules_.maps().pipelines.at(Rules::k_bridge).controller_meter = meter;
    rules_.add({.program = {output(k_controller), output(2)}});
    for (unsigned i = 0; i < 10; ++i)
        EXPECT_EQ(lab_.run(1, k_tcp).to, 2U);
    EXPECT_EQ(read(packet_ins_).size(), 3U);
    EXPECT_EQ(rules_.maps().meters[meter].packets, 10U);
}

} // namespace
