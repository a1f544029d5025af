// SPDX-License-Identifier: Apache-2.0
//
// Flows that are counted for collectors: which packets are one flow, how much it has, where it
// went, and what becomes of packets that there is no place for.
#include "maps/accounts.h"
#include "selftests/fixture/rules.h"
#include "selftests/prog/flow_ring.h"
#include "selftests/prog/packet.h"
#include "switch/cache_view.h"

#include <ctime>
#include <gtest/gtest.h>

using namespace bvs::fixture;
using bvs::maps::Accounts;
using bvs::maps::AccountSum;

namespace {

// Frames go from 1 to 2, unless a test says otherwise; what comes in at 1 is counted.
class Account : public testing::Test {
  protected:
    explicit Account(const std::vector<PortSettings> &ports = {{}, {}, {}})
        : lab_(ports), accounts_(lab_.maps(), bvs::daemon::possible_cpus()),
          ring_(lab_.maps().flow_events_fd) {
        lab_.add_static(2, mac(2));
        EXPECT_TRUE(accounts_.start());
        sets_ = accounts_.sets();
        flag(BVS_PORT_ACCOUNTED);
    }
    ~Account() override {
        set_sets(sets_);
        end_all();
        lab_.maps().samplers.set(1, {});
        auto &info = lab_.maps().account_info.at(0);
        info.lost_packets = info.lost_bytes = info.lost_samples = 0;
    }

    void flag(std::uint32_t flags) {
        auto entry = lab_.maps().ports.get(1);
        entry.flags |= flags;
        lab_.maps().ports.set(1, entry);
    }
    void set_sets(std::uint32_t sets) { lab_.maps().account_info.at(0).sets = sets; }

    std::vector<AccountSum> sweep(Accounts::Fate fate) {
        std::vector<AccountSum> sums;
        const auto keep = [&](const AccountSum &sum, bool) { sums.push_back(sum); };
        accounts_.sweep(0, accounts_.sets(), [fate](const AccountSum &) { return fate; }, keep);
        accounts_.finish(bvs::maps::grace_period, keep);
        return sums;
    }
    std::vector<AccountSum> end_all() { return sweep(Accounts::Fate::end); }
    AccountSum only() {
        const auto sums = end_all();
        EXPECT_EQ(sums.size(), 1U);
        return sums.empty() ? AccountSum() : sums[0];
    }

    Lab lab_;
    Accounts accounts_;
    FlowRing ring_;
    std::uint32_t sets_ = 0;
};

const auto k_frame = Packet().bytes();

Bytes from_port(std::uint16_t port) {
    return Packet{.proto = IPPROTO_UDP, .tp_src = port}.bytes();
}

TEST_F(Account, CountsThePacketsOfAFlow) {
    for (int i = 0; i < 3; ++i)
        lab_.run(1, k_frame);
    const auto sum = only();
    EXPECT_EQ(sum.counts.packets, 3U);
    EXPECT_EQ(sum.counts.bytes, 3 * k_frame.size());
    EXPECT_EQ(sum.counts.ip_bytes, 3 * (k_frame.size() - ETH_HLEN));
    EXPECT_EQ(sum.output, 2U);
    EXPECT_EQ(sum.tcp_flags, 2U);
    EXPECT_NE(sum.first, 0U);
    EXPECT_EQ(sum.started, sum.first);
    EXPECT_GE(sum.last, sum.first);
    EXPECT_TRUE(end_all().empty());
}

TEST_F(Account, TellsTimeAsTheMonotonicClockDoes) {
    const auto now = [] {
        timespec t = {};
        clock_gettime(CLOCK_MONOTONIC, &t);
        return static_cast<std::uint64_t>(t.tv_sec) * 1'000'000'000 +
               static_cast<std::uint64_t>(t.tv_nsec);
    };
    constexpr std::uint64_t k_two_ticks = 20'000'000;
    const auto before = now();
    lab_.run(1, k_frame);
    const auto after = now();
    const auto seen = only().first;
    EXPECT_GE(seen + k_two_ticks, before);
    EXPECT_LE(seen, after + k_two_ticks);
}

TEST_F(Account, KnowsWhatAFlowIs) {
    lab_.run(1, Packet{.tags = {{ETH_P_8021Q, 0x600a}}, .tos = 0xbb}.bytes());
    const auto key = only().key;
    EXPECT_EQ(key.src[0], 0U);
    EXPECT_EQ(key.src[1], 0x0a000001U);
    EXPECT_EQ(key.dst[1], 0x0a000002U);
    EXPECT_EQ(key.transport, 1000U | 80U << 16 | 6ULL << 32 | 0xb8ULL << 40 | 1ULL << 48);
    EXPECT_EQ(key.eth_dst, mac(2) | 1ULL << 48);
    EXPECT_EQ(key.eth_src, mac(1) | 0x700aULL << 48);
    EXPECT_EQ(key.network, ETH_P_IP | 0x8100ULL << 48);
}

TEST_F(Account, KnowsIpv6) {
    const Packet packet{.ipv6 = true,
                        .proto = IPPROTO_UDP,
                        .label = 0x12345,
                        .from = Bytes(16, 0xfd),
                        .to = Bytes(16, 0xfe)};
    lab_.run(1, packet.bytes());
    const auto sum = only();
    EXPECT_EQ(sum.key.network, ETH_P_IPV6 | 0x12345ULL << 16);
    EXPECT_EQ(sum.key.src[1], 0xfdfdfdfdfdfdfdfdU);
    EXPECT_EQ(sum.key.dst[0], 0xfefefefefefefefeU);
    EXPECT_EQ(sum.counts.ip_bytes, packet.bytes().size() - ETH_HLEN);
}

TEST_F(Account, LeavesPaddingOutOfIpOctets) {
    auto padded = k_frame;
    padded.resize(k_frame.size() + 20);
    lab_.run(1, padded);
    const auto sum = only();
    EXPECT_EQ(sum.counts.bytes, padded.size());
    EXPECT_EQ(sum.counts.ip_bytes, k_frame.size() - ETH_HLEN);
}

TEST_F(Account, TellsFlowsApart) {
    for (std::uint16_t n = 1; n <= 100; ++n)
        for (int times = 0; times < n % 3 + 1; ++times)
            lab_.run(1, from_port(n));
    std::uint64_t packets = 0;
    const auto sums = end_all();
    EXPECT_EQ(sums.size(), 100U);
    for (const auto &sum : sums) {
        EXPECT_EQ(sum.counts.packets, (sum.key.transport & 0xffff) % 3 + 1);
        packets += sum.counts.packets;
    }
    EXPECT_EQ(packets, 200U);
}

TEST_F(Account, CountsASuperFrameAsWhatItIsCutInto) {
    constexpr std::size_t headers = ETH_HLEN + 20 + 20;
    auto frame = k_frame;
    frame.resize(headers + 2500, 7);
    lab_.run(1, frame, 1000);
    const auto sum = only();
    EXPECT_EQ(sum.counts.packets, 3U);
    EXPECT_EQ(sum.counts.bytes, 2500 + 3 * headers);
    EXPECT_EQ(sum.counts.ip_bytes, 2500 + 3 * (headers - ETH_HLEN));
}

TEST_F(Account, KnowsWherePacketsWent) {
    lab_.run(1, Frame{.dst = mac(9), .src = mac(1)});
    EXPECT_EQ(only().output, BVS_OUTPUT_FLOOD);
    lab_.add_static(1, mac(7));
    lab_.run(1, Frame{.dst = mac(7), .src = mac(1)}); // dropped
    EXPECT_EQ(only().output, BVS_OUTPUT_NONE);
}

TEST_F(Account, DoesNothingElsewhere) {
    lab_.run(2, Frame{.dst = mac(1), .src = mac(2)});
    EXPECT_TRUE(end_all().empty());
}

TEST_F(Account, ReportsWhatIsNew) {
    lab_.run(1, k_frame);
    lab_.run(1, k_frame);
    auto first = sweep(Accounts::Fate::report);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].counts.packets, 2U);
    EXPECT_TRUE(sweep(Accounts::Fate::report).empty());
    lab_.run(1, k_frame);
    const auto rest = only();
    EXPECT_EQ(rest.counts.packets, 1U);
    EXPECT_EQ(rest.counts.bytes, k_frame.size());
    EXPECT_EQ(rest.started, first[0].started);
    EXPECT_EQ(rest.tcp_flags, 2U);
}

// As a daemon that ended just then has left it.
TEST_F(Account, LosesNothingOfAFlowThatIsEnding) {
    lab_.run(1, k_frame);
    accounts_.sweep(
        0, accounts_.sets(), [](const AccountSum &) { return Accounts::Fate::end; },
        [](const AccountSum &, bool) {});
    lab_.run(1, k_frame);
    Accounts next(lab_.maps(), bvs::daemon::possible_cpus());
    ASSERT_TRUE(next.start());
    std::uint64_t packets = 0;
    const auto count = [&](const AccountSum &sum, bool) { packets += sum.counts.packets; };
    next.sweep(0, next.sets(), [](const AccountSum &) { return Accounts::Fate::end; }, count);
    next.finish(bvs::maps::grace_period, count);
    EXPECT_EQ(packets, 2U);
    accounts_.finish([] {}, [](const AccountSum &, bool) {});
}

TEST_F(Account, TellsOfPacketsWithoutAPlace) {
    set_sets(1);
    constexpr std::uint16_t k_flows = BVS_ACCOUNT_WAYS + 2;
    for (std::uint16_t n = 1; n <= k_flows; ++n)
        lab_.run(1, from_port(n));
    const auto alone = ring_.read();
    ASSERT_EQ(alone.size(), 2U);
    EXPECT_EQ(alone[0].event.kind, BVS_FLOW_EVENT_COUNT);
    EXPECT_EQ(alone[1].event.key.transport & 0xffff, k_flows);
    EXPECT_EQ(alone[1].event.counts.packets, 1U);
    EXPECT_EQ(alone[1].event.counts.bytes, from_port(1).size());
    EXPECT_EQ(end_all().size(), std::size_t{BVS_ACCOUNT_WAYS});
    lab_.run(1, from_port(k_flows));
    EXPECT_TRUE(ring_.read().empty()); // there is room again
}

TEST_F(Account, CountsWhatItLoses) {
    set_sets(1);
    for (std::uint16_t n = 1; n <= BVS_ACCOUNT_WAYS; ++n)
        lab_.run(1, from_port(n));
    constexpr std::uint64_t k_packets = BVS_FLOW_RING_BYTES / sizeof(bvs_flow_event);
    for (std::uint64_t n = 0; n < k_packets; ++n)
        ASSERT_TRUE(lab_.the_switch().run_tc(1, from_port(100)));
    const auto info = lab_.maps().account_info.get(0);
    const auto told = ring_.read().size();
    EXPECT_GT(info.lost_packets, 0U);
    EXPECT_EQ(info.lost_packets + told, k_packets);
    EXPECT_EQ(info.lost_bytes, info.lost_packets * from_port(1).size());
}

TEST_F(Account, GrowsWithoutLosingAFlow) {
    lab_.run(1, k_frame);
    ASSERT_TRUE(accounts_.grow());
    EXPECT_EQ(accounts_.sets(), 2 * sets_);
    lab_.run(1, k_frame);
    std::uint64_t packets = 0;
    for (const auto &sum : end_all())
        packets += sum.counts.packets;
    EXPECT_EQ(packets, 2U);
}

class AccountPipeline : public Account {
  protected:
    AccountPipeline() : rules_(lab_) { flag(BVS_PORT_PIPELINE); }
    Rules rules_;
};

// As it came in, not as it is sent.
TEST_F(AccountPipeline, CountsBeforeRulesChangeThePacket) {
    rules_.add(
        {.program = {load(FIELD(eth_dst, mac(3))), load(FIELD(ipv4_dst, 0x0a0000ff)), output(2)}});
    for (int i = 0; i < 2; ++i) // by the tables, then by the cache
        lab_.run(1, k_frame);
    const auto sum = only();
    EXPECT_EQ(sum.counts.packets, 2U);
    EXPECT_EQ(sum.counts.bytes, 2 * k_frame.size());
    EXPECT_EQ(sum.key.dst[1], 0x0a000002U);
    EXPECT_EQ(sum.key.eth_dst, mac(2) | 1ULL << 48);
    EXPECT_EQ(sum.output, 2U);
}

TEST_F(AccountPipeline, KnowsOfSeveralOutputs) {
    rules_.add({.program = {output(2), output(3)}});
    lab_.run(1, k_frame);
    EXPECT_EQ(only().output, BVS_OUTPUT_SEVERAL);
}

TEST_F(AccountPipeline, CountsWhatRulesDrop) {
    rules_.add({.program = {}});
    lab_.run(1, k_frame);
    const auto sum = only();
    EXPECT_EQ(sum.counts.packets, 1U);
    EXPECT_EQ(sum.output, BVS_OUTPUT_NONE);
}

TEST_F(Account, ShowsSamplesForSflow) {
    flag(BVS_PORT_SAMPLED);
    lab_.maps().samplers.set(1, {.sflow = 1ULL << 32, .ipfix = 0});
    auto frame = k_frame;
    frame.resize(600, 9);
    lab_.run(1, frame);
    const auto seen = ring_.read();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].event.kind, BVS_FLOW_EVENT_SFLOW);
    EXPECT_EQ(seen[0].event.port, 1U);
    EXPECT_EQ(seen[0].event.length, frame.size());
    EXPECT_EQ(seen[0].more, Bytes(frame.begin(), frame.begin() + BVS_SAMPLE_BYTES));
}

TEST_F(Account, SamplesOneInSoMany) {
    flag(BVS_PORT_SAMPLED);
    lab_.maps().samplers.set(1, {.sflow = 0, .ipfix = (1ULL << 32) / 4});
    constexpr unsigned k_packets = 4000;
    for (unsigned n = 0; n < k_packets; ++n)
        ASSERT_TRUE(lab_.the_switch().run_tc(1, k_frame));
    const auto seen = ring_.read();
    EXPECT_NEAR(static_cast<double>(seen.size()), k_packets / 4, 200); // over seven deviations
    EXPECT_EQ(seen.at(0).event.kind, BVS_FLOW_EVENT_IPFIX);
    EXPECT_EQ(seen[0].event.counts.bytes, k_frame.size());
    EXPECT_EQ(seen[0].event.key.dst[1], 0x0a000002U);
}

} // namespace
