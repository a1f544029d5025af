// SPDX-License-Identifier: Apache-2.0
//
// What rules show to collectors by their action `sample`: which packets, as they look there, and
// that nothing else changes for them.
#include "selftests/fixture/rules.h"
#include "selftests/prog/flow_ring.h"
#include "selftests/prog/packet.h"
#include "switch/cache_view.h"
#include "switch/compile/program.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

constexpr std::uint16_t k_always = 65535;

Program sample(const bvs::model::action::Sample &action) {
    auto program = bvs::compile::compile_actions({action}, {})->code;
    program.pop_back(); // its END
    return program;
}

class Sample : public testing::Test {
  protected:
    bvs_flow_sample detail(const FlowRing::Event &event) {
        bvs_flow_sample detail{};
        EXPECT_EQ(event.more.size(), sizeof detail);
        std::memcpy(&detail, event.more.data(), std::min(event.more.size(), sizeof detail));
        return detail;
    }

    Lab lab_{{}, {}, {}};
    Rules rules_{lab_};
    FlowRing ring_{lab_.maps().flow_events_fd};
};

const auto k_frame = Packet().bytes();

TEST_F(Sample, ShowsThePacketAndSendsIt) {
    rules_.add({.program = sample({.probability = k_always,
                                   .collector_set = 7,
                                   .domain = 0x80000001,
                                   .point = 0x90000002}) +
                           Program{output(2)}});
    EXPECT_EQ(lab_.run(1, k_frame).to, 2U);
    const auto seen = ring_.read();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].event.kind, BVS_FLOW_EVENT_ACTION);
    EXPECT_EQ(seen[0].event.counts.packets, 1U);
    EXPECT_EQ(seen[0].event.counts.bytes, k_frame.size());
    EXPECT_EQ(seen[0].event.counts.ip_bytes, k_frame.size() - ETH_HLEN);
    EXPECT_EQ(seen[0].event.tcp_flags, 2U);
    EXPECT_EQ(seen[0].event.key.src[1], 0x0a000001U);
    EXPECT_EQ(seen[0].event.key.transport, 1000U | 80U << 16 | 6ULL << 32 | 1ULL << 48);
    EXPECT_EQ(seen[0].event.key.eth_dst, mac(2) | 1ULL << 48);
    const auto said = detail(seen[0]);
    EXPECT_EQ(said.collectors, 7U);
    EXPECT_EQ(said.domain, 0x80000001U);
    EXPECT_EQ(said.point, 0x90000002U);
    EXPECT_EQ(said.port, bvs::model::port::any);
    EXPECT_EQ(said.direction, BVS_SAMPLE_ANYWHERE);
}

TEST_F(Sample, ShowsItAsItLooksThere) {
    rules_.add({.program = sample({.probability = k_always}) +
                           Program{load(FIELD(ipv4_dst, 0x01020304)), output(2)} +
                           sample({.probability = k_always,
                                   .port = 2,
                                   .direction = bvs::model::action::SampleDirection::egress})});
    EXPECT_EQ(lab_.send({{1, k_frame}})[2].size(), 1U);
    const auto seen = ring_.read();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].event.key.dst[1], 0x0a000002U);
    EXPECT_EQ(seen[1].event.key.dst[1], 0x01020304U);
    EXPECT_EQ(detail(seen[1]).port, 2U);
    EXPECT_EQ(detail(seen[1]).direction, BVS_SAMPLE_EGRESS);
}

TEST_F(Sample, CountsASuperFrameAsThePacketsItWillBe) {
    rules_.add({.program = sample({.probability = k_always}) + Program{output(2)}});
    auto frame = k_frame;
    constexpr std::size_t headers = ETH_HLEN + 20 + 20;
    frame.resize(headers + 2500, 7);
    lab_.run(1, frame, 1000);
    const auto seen = ring_.read();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].event.counts.packets, 3U);
    EXPECT_EQ(seen[0].event.counts.bytes, 3 * headers + 2500);
}

TEST_F(Sample, AloneIsNoOutput) {
    rules_.add({.program = sample({.probability = k_always})});
    EXPECT_EQ(lab_.run(1, k_frame).verdict, TC_ACT_SHOT);
    EXPECT_EQ(ring_.read().size(), 1U);
    EXPECT_EQ(lab_.counters(1).drops[BVS_DROP_NO_OUTPUT], 1U);
}

TEST_F(Sample, TakesAsManyAsAreAskedFor) {
    rules_.add({.program = sample({.probability = k_always / 2}) + Program{output(2)}});
    constexpr unsigned packets = 2000;
    for (unsigned i = 0; i < packets; ++i)
        ASSERT_TRUE(lab_.the_switch().run_tc(1, k_frame));
    EXPECT_NEAR(static_cast<double>(ring_.read().size()), packets / 2.0, 250); // eleven deviations
}

TEST_F(Sample, OfWhatIsSentByAController) {
    const auto delivery =
        rules_.inject(1, k_frame, sample({.probability = k_always}) + Program{output(2)});
    EXPECT_EQ(delivery.at(2).size(), 1U);
    EXPECT_EQ(ring_.read().size(), 1U);
}

} // namespace
