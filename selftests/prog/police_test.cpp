// SPDX-License-Identifier: Apache-2.0
//
// Policing: what is above a port's rates ends, once the bucket is empty.
#include "selftests/fixture/lab.h"
#include "selftests/prog/packet.h"
#include "switch/compile/policer.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

// So slow that nothing fills the buckets meanwhile.
class PoliceLab {
  public:
    explicit PoliceLab(const bvs::model::Policing &policing) : lab({{}, {}}) {
        lab.add_static(2, mac(2));
        lab.maps().policers.set(1, bvs::compile::compile_policer(policing));
        auto entry = lab.maps().ports.get(1);
        entry.flags |= BVS_PORT_POLICED;
        lab.maps().ports.set(1, entry);
    }
    ~PoliceLab() { lab.maps().policers.set(1, {}); }
    PoliceLab(const PoliceLab &) = delete;
    PoliceLab &operator=(const PoliceLab &) = delete;

    unsigned passed(unsigned frames, const Bytes &frame) {
        unsigned passed = 0;
        for (unsigned i = 0; i < frames; ++i)
            passed += lab.run(1, frame).to == 2;
        return passed;
    }

    Lab lab;
};

TEST(Police, LetsAsMuchPassAsIsInTheBucketOfBytes) {
    PoliceLab police({.kilobits = {.rate = 1, .burst = 80}, .kilopackets = {}}); // 10,000 bytes
    EXPECT_EQ(police.passed(20, Frame{.dst = mac(2), .src = mac(1), .payload = Bytes(986)}.bytes()),
              10U);
    EXPECT_EQ(police.lab.counters(1).drops[BVS_DROP_POLICED], 10U);
    EXPECT_EQ(police.lab.counters(1).rx_packets, 20U);
}

TEST(Police, LetsAsManyPassAsAreInTheBucketOfPackets) {
    PoliceLab police({.kilobits = {}, .kilopackets = {.rate = 1, .burst = 1}}); // 1,000 at once
    auto &policers = police.lab.maps().policers;
    auto slower = policers.get(1); // than there is a rate for
    slower.packets.burst *= 1000;
    slower.packets.price *= 1000;
    policers.set(1, slower);
    EXPECT_EQ(police.passed(1500, Packet().bytes()), 1000U);
}

// What one bucket refuses takes nothing out of the other.
TEST(Police, TakesOnlyForThoseThatPass) {
    PoliceLab police(
        {.kilobits = {.rate = 1, .burst = 80}, .kilopackets = {.rate = 1, .burst = 1}});
    const auto frame = Frame{.dst = mac(2), .src = mac(1), .payload = Bytes(986)}.bytes();
    auto &policers = police.lab.maps().policers;
    EXPECT_EQ(police.passed(900, frame), 10U);
    auto policer = policers.get(1);
    policer.bytes = {};
    policers.set(1, policer);
    EXPECT_EQ(police.passed(990, frame), 990U);
}

TEST(Police, LetsAllPassAtOtherPorts) {
    PoliceLab police({.kilobits = {.rate = 1, .burst = 1}, .kilopackets = {}});
    for (int i = 0; i < 20; ++i)
        EXPECT_NE(police.lab.run(2, Frame{.dst = mac(9), .src = mac(2)}).verdict, TC_ACT_SHOT);
}

} // namespace
