// SPDX-License-Identifier: Apache-2.0
#include "netflow/flow_cache.h"

#include "selftests/unit/netflow/records.h"

namespace bvs::netflow {
namespace {

constexpr CacheLimits k_limits{.most_flows = 3, .active = 60s, .inactive = 15s, .ended = 1s};

FlowKey flow(std::uint16_t number) {
    auto key = tcp_record().key;
    key.source_port = number;
    return key;
}

// Records as "port:packets:reason".
class Cache : public ::testing::Test {
  protected:
    void count(std::uint16_t number, Time now, std::uint64_t packets = 1, std::uint16_t flags = 0) {
        cache_.count(flow(number),
                     {.packets = packets,
                      .octets = 100 * packets,
                      .ip_octets = 86 * packets,
                      .first = now,
                      .last = now,
                      .tcp_flags = flags},
                     now, out_);
    }
    void expire(Time now) { cache_.expire(now, out_); }
    std::string taken() {
        std::string story;
        for (const auto &record : out_) {
            EXPECT_EQ(record.traffic.octets, 100 * record.traffic.packets);
            EXPECT_EQ(record.traffic.ip_octets, 86 * record.traffic.packets);
            story += fmt::format("{}:{}:{} ", record.key.source_port, record.traffic.packets,
                                 static_cast<int>(record.end));
        }
        last_ = out_;
        out_.clear();
        return story;
    }

    FlowCache cache_{k_limits, 1};
    FlowRecords out_;
    FlowRecords last_;
};

TEST_F(Cache, ReportsWhatHasBecomeInactive) {
    count(1, 0s);
    count(1, 10s, 4);
    EXPECT_EQ(cache_.next(), 25s);
    expire(24'999ms);
    EXPECT_EQ(taken(), "");
    expire(25s);
    EXPECT_EQ(taken(), "1:5:1 ");
    EXPECT_EQ(last_[0].started, 0s);
    EXPECT_EQ(last_[0].traffic.first, 0s);
    EXPECT_EQ(last_[0].traffic.last, 10s);
    EXPECT_EQ(cache_.size(), 0U);
    EXPECT_EQ(cache_.next(), std::nullopt);
}

TEST_F(Cache, ReportsWhatGoesOnWithWhatIsNew) {
    for (auto now = 0s; now <= 130s; now += 10s) {
        count(1, now);
        expire(now);
    }
    EXPECT_EQ(taken(), "1:7:2 1:7:2 ");
    EXPECT_EQ(last_[1].started, 0s);
    EXPECT_EQ(last_[1].traffic.first, 70s);
    EXPECT_EQ(last_[1].traffic.last, 130s);
    expire(145s);
    EXPECT_EQ(taken(), "") << "nothing new since the last report";
    EXPECT_EQ(cache_.size(), 0U);
}

TEST_F(Cache, ReportsAFlowThatEndsOnce) {
    count(1, 0s, 1, 0x02);
    count(1, 1s, 1, 0x11);
    count(1, 1'900ms, 1, 0x10);
    EXPECT_EQ(cache_.next(), 2s) << "later packets do not keep it";
    expire(2s);
    EXPECT_EQ(taken(), "1:3:3 ");
    EXPECT_EQ(last_[0].traffic.tcp_flags, 0x13);
    count(2, 3s, 1, k_tcp_rst);
    expire(4s);
    EXPECT_EQ(taken(), "2:1:3 ");
}

TEST_F(Cache, MakesRoomByReportingWhatWasSeenLongestAgo) {
    for (const std::uint16_t number : {1, 2, 3, 1, 4})
        count(number, Time(number));
    EXPECT_EQ(taken(), "2:1:5 ");
    EXPECT_EQ(cache_.size(), 3U);
    count(1, 10ms, 1, k_tcp_fin);
    count(5, 11ms);
    EXPECT_EQ(taken(), "1:3:3 ") << "one that is over goes first";
}

TEST_F(Cache, KeepsNothingWithoutRoom) {
    cache_.set({}, out_);
    count(1, 5s, 7);
    EXPECT_EQ(taken(), "1:7:5 ");
    EXPECT_EQ(last_[0].started, 5s);
    EXPECT_EQ(cache_.size(), 0U);
}

TEST_F(Cache, FollowsOtherLimits) {
    for (const std::uint16_t number : {1, 2, 3})
        count(number, Time(number));
    cache_.set({.most_flows = 1, .inactive = 5s}, out_);
    EXPECT_EQ(taken(), "1:1:5 2:1:5 ");
    expire(5'003ms);
    EXPECT_EQ(taken(), "3:1:1 ");
}

TEST_F(Cache, EndsAllWhenAsked) {
    count(1, 1s);
    count(2, 1s, 1, k_tcp_fin);
    cache_.flush(out_);
    EXPECT_EQ(taken(), "2:1:3 1:1:4 ");
    EXPECT_EQ(cache_.size(), 0U);
}

TEST_F(Cache, DoesAsMuchAtOnceAsItIsAllowed) {
    for (const std::uint16_t number : {1, 2, 3})
        count(number, Time(number));
    cache_.expire(20s, out_, 2);
    EXPECT_EQ(taken(), "1:1:1 2:1:1 ");
    EXPECT_LE(*cache_.next(), 20s) << "there is more to do";
}

TEST_F(Cache, TakesCountsOfNoPacketForNothing) {
    count(1, 1s, 0);
    EXPECT_EQ(cache_.size(), 0U);
}

// Whatever two flows differ in, they are two.
TEST(FlowKeys, DifferInEverything) {
    const auto base = tcp_record().key;
    std::vector<FlowKey> keys(22, base);
    std::size_t n = 0;
    keys[n++].in_port = 99;
    keys[n++].out_port = 99;
    keys[n++].in_ifindex = 99;
    keys[n++].out_ifindex = 99;
    keys[n++].observation_point = 99;
    keys[n++].direction = Direction::egress;
    keys[n++].source_mac = {};
    keys[n++].destination_mac = {};
    keys[n++].ethertype = 99;
    keys[n++].tagged = true;
    keys[n++].vlan = 99;
    keys[n++].priority = 7;
    keys[n++].source = {};
    keys[n++].destination = {};
    keys[n++].label = 99;
    keys[n++].protocol = 99;
    keys[n++].tos = 99;
    keys[n++].source_port = 99;
    keys[n++].destination_port = 99;
    keys[n++].icmp_type = 99;
    keys[n++].icmp_code = 99;
    keys[n++].tunnel.key = 99;
    ASSERT_EQ(n, keys.size());
    FlowCache cache({.most_flows = 100}, 1);
    FlowRecords out;
    keys.push_back(base);
    for (int round = 0; round < 2; ++round)
        for (const auto &key : keys)
            cache.count(key, {.packets = 1}, 0s, out);
    EXPECT_EQ(cache.size(), keys.size());
    EXPECT_TRUE(out.empty());
}

} // namespace
} // namespace bvs::netflow
