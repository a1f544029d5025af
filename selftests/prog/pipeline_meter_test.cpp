// SPDX-License-Identifier: Apache-2.0
//
// Meters: which packets pass, what becomes of the others, and that all are counted.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"
#include "switch/compile/meter.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <unistd.h>

using namespace bvs::fixture;
using bvs::model::Band;
using bvs::model::BandType;

namespace {

constexpr unsigned k_packets = 10;

bvs_meter_bands of_packets(const std::vector<Band> &bands) {
    return bvs::compile::compile_meter({.flags = {.packets = true, .burst = true}, .bands = bands});
}

bvs_meter_bands of_kilobits(const std::vector<Band> &bands) {
    return bvs::compile::compile_meter({.flags = {.kbps = true, .burst = true}, .bands = bands});
}

// And no other for a quarter of an hour, as a test may be slow.
bvs_meter_bands first_packets(std::uint32_t burst) {
    auto bands = of_packets({{.rate = 1, .burst = burst}});
    bands.band[0].price *= 1000;
    bands.band[0].burst *= 1000;
    return bands;
}

bvs_instruction meter(std::uint32_t place) {
    return instruction(BVS_OP_METER, place);
}

Bytes with_dscp(std::uint8_t dscp) {
    auto packet = ipv4(IPPROTO_TCP, tcp(2));
    packet[1] = static_cast<std::uint8_t>(dscp << 2);
    packet[10] = packet[11] = 0;
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 20; i += 2)
        sum += static_cast<std::uint32_t>(packet[i] << 8 | packet[i + 1]);
    sum = ~((sum & 0xffff) + (sum >> 16));
    packet[10] = static_cast<std::uint8_t>(sum >> 8);
    packet[11] = static_cast<std::uint8_t>(sum);
    return Frame{.type = ETH_P_IP, .payload = packet}.bytes();
}

const auto k_frame = with_dscp(0);

std::size_t sent(const Delivery &delivery, std::uint32_t port) {
    const auto found = delivery.find(port);
    return found == delivery.end() ? 0 : found->second.size();
}

Delivery send(Lab &lab, unsigned packets, const Bytes &frame = k_frame) {
    return lab.send(std::vector<Lab::Sent>(packets, {1, frame}));
}

class Meter : public testing::Test {
  protected:
    bvs_meter &at(std::uint32_t place) { return rules_.maps().meters[place]; }
    std::uint64_t exceeded(std::uint32_t place, unsigned band = 0) {
        return at(place).bands[0].band[band].packets;
    }

    Lab lab_{{}, {}, {}, {}};
    Rules rules_{lab_};
};

TEST_F(Meter, DropsWhatIsAboveItsRate) {
    const auto place = rules_.add_meter(first_packets(3));
    const auto rule = rules_.add({.program = {meter(place), output(2)}});
    EXPECT_EQ(sent(send(lab_, k_packets), 2), 3U);
    EXPECT_EQ(at(place).packets, k_packets);
    EXPECT_EQ(at(place).bytes, k_packets * k_frame.size());
    EXPECT_EQ(exceeded(place), k_packets - 3);
    EXPECT_EQ(at(place).bands[0].band[0].bytes, (k_packets - 3) * k_frame.size());
    EXPECT_EQ(lab_.counters(1).drops[BVS_DROP_METER], k_packets - 3);
    EXPECT_EQ(rules_.packets(rule), k_packets);
}

TEST_F(Meter, IsSharedByTheRulesThatUseIt) {
    const auto place = rules_.add_meter(first_packets(3));
    rules_.add({.match = {FIELD(in_port, 1)}, .program = {meter(place), output(3)}});
    rules_.add({.match = {FIELD(in_port, 2)}, .program = {meter(place), output(4)}});
    const auto delivery = lab_.send({{1, k_frame}, {2, k_frame}, {1, k_frame}, {2, k_frame}});
    EXPECT_EQ(sent(delivery, 3), 2U);
    EXPECT_EQ(sent(delivery, 4), 1U);
}

TEST_F(Meter, GivesBackWhatTimeBrings) {
    const auto place = rules_.add_meter(of_packets({{.rate = 100, .burst = 1}}));
    rules_.add({.program = {meter(place), output(2)}});
    unsigned passed = 0;
    for (unsigned n = 0; n < 5; ++n) {
        passed += lab_.run(1, k_frame).to == 2;
        ::usleep(12'000);
    }
    EXPECT_EQ(passed, 5U);
}

TEST_F(Meter, OfKilobitsCountsBytes) {
    const auto large = Frame{.payload = Bytes(986, 7)}.bytes(); // eight kilobits
    auto bands = of_kilobits({{.rate = 1, .burst = 60}});
    const auto place = rules_.add_meter(bands);
    rules_.add({.program = {meter(place), output(2)}});
    EXPECT_EQ(sent(send(lab_, k_packets, large), 2), 7U);
}

TEST_F(Meter, PassesAPacketThatIsLargerThanItsBucketWhenThatIsFull) {
    const auto large = Frame{.payload = Bytes(986, 7)}.bytes();
    const auto place = rules_.add_meter(of_kilobits({{.rate = 1, .burst = 1}}));
    rules_.add({.program = {meter(place), output(2)}});
    EXPECT_EQ(sent(send(lab_, k_packets, large), 2), 1U);
}

TEST_F(Meter, TakesTheBandOfTheHighestRate) {
    auto bands = first_packets(2);
    bands.band[1] = bands.band[0];
    bands.band[1].rate = 2;
    bands.band[1].burst *= 2;
    bands.bands = 2;
    const auto place = rules_.add_meter(bands);
    rules_.add({.program = {meter(place), output(2)}});
    EXPECT_EQ(sent(send(lab_, k_packets), 2), 2U);
    EXPECT_EQ(exceeded(place, 0), 2U);
    EXPECT_EQ(exceeded(place, 1), k_packets - 4);
}

TEST_F(Meter, RaisesTheDropPrecedence) {
    auto bands = first_packets(1);
    bands.band[0].type = BVS_BAND_DSCP_REMARK;
    bands.band[0].precedence = 1;
    const auto place = rules_.add_meter(bands);
    rules_.add({.program = {meter(place), output(2)}});
    constexpr std::uint8_t af11 = 10, af12 = 12;
    EXPECT_EQ(send(lab_, 2, with_dscp(af11)), (Delivery{{2, {with_dscp(af11), with_dscp(af12)}}}));
}

TEST_F(Meter, RaisesItNoHigherThanItsClassHas) {
    auto bands = first_packets(1);
    bands.band[0].type = BVS_BAND_DSCP_REMARK;
    bands.band[0].precedence = 3;
    const auto place = rules_.add_meter(bands);
    rules_.add({.program = {meter(place), output(2)}});
    constexpr std::uint8_t af21 = 18, af23 = 22, expedited = 46, class_selector = 16;
    lab_.send(1, with_dscp(af21));
    EXPECT_EQ(lab_.send(1, with_dscp(af21)), each({2}, with_dscp(af23)));
    EXPECT_EQ(lab_.send(1, with_dscp(expedited)), each({2}, with_dscp(expedited)));
    EXPECT_EQ(lab_.send(1, with_dscp(class_selector)), each({2}, with_dscp(class_selector)));
    EXPECT_EQ(exceeded(place), 3U);
}

TEST_F(Meter, DropsNoMoreThanTheCloneItIsIn) {
    const auto place = rules_.add_meter(first_packets(1));
    const auto inner = clone({load(FIELD(eth_dst, mac(9))), output(4)});
    rules_.add({.program = clone(Program{meter(place)} + inner + Program{output(2)}) +
                           Program{output(3)}});
    const auto delivery = send(lab_, k_packets);
    EXPECT_EQ(sent(delivery, 2), 1U);
    EXPECT_EQ(sent(delivery, 4), 1U);
    EXPECT_EQ(delivery.at(3), std::vector(k_packets, k_frame));
}

TEST_F(Meter, OfABucketDropsNoOtherBucketsPackets) {
    const auto place = rules_.add_meter(first_packets(1));
    const auto group = rules_.add_group(
        BVS_GROUP_ALL, {{.program = {meter(place), output(2)}}, {.program = {output(3)}}});
    rules_.add({.program = {instruction(BVS_OP_GROUP, group)}});
    const auto delivery = send(lab_, k_packets);
    EXPECT_EQ(sent(delivery, 2), 1U);
    EXPECT_EQ(sent(delivery, 3), k_packets);
}

TEST_F(Meter, CountsWhatGoesNowhere) {
    const auto place = rules_.add_meter(first_packets(3));
    rules_.add({.program = {meter(place)}});
    send(lab_, k_packets);
    EXPECT_EQ(at(place).packets, k_packets);
    EXPECT_EQ(lab_.counters(1).drops[BVS_DROP_METER], k_packets - 3);
    EXPECT_EQ(lab_.counters(1).drops[BVS_DROP_NO_OUTPUT], 3U);
}

TEST_F(Meter, IsRunByTheActionSetBeforeItsOutput) {
    const auto place = rules_.add_meter(first_packets(3));
    rules_.add({.program = {write(output(2)), write(meter(place))}});
    EXPECT_EQ(sent(send(lab_, k_packets), 2), 3U);
}

} // namespace
