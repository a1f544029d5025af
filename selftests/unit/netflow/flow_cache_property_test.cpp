// SPDX-License-Identifier: Apache-2.0
//
// The cache against one that looks at every flow whenever the time is asked: the same records, in
// any order within a call, and in the end exactly what was counted.
#include "netflow/flow_cache.h"

#include "selftests/unit/netflow/records.h"

#include <algorithm>
#include <random>
#include <tuple>

namespace bvs::netflow {
namespace {

class SimpleCache {
  public:
    explicit SimpleCache(const CacheLimits &limits) : limits_(limits) {}

    void count(const FlowKey &key, const Traffic &traffic, Time now, FlowRecords &out) {
        if (!limits_.most_flows) {
            out.push_back({key, traffic, traffic.first, FlowEnd::no_room});
            return;
        }
        auto place = find(key);
        if (place == flows_.size()) {
            make_room(limits_.most_flows - 1, out);
            place = flows_.size();
            flows_.push_back({.key = key, .started = traffic.first});
        }
        auto &flow = flows_[place];
        if (!flow.traffic.packets)
            flow.opened = {now, ++turn_};
        flow.traffic += traffic;
        if (!flow.over) {
            flow.seen = {now, ++turn_};
            flow.over = traffic.tcp_flags & 0x05;
        }
    }

    void expire(Time now, FlowRecords &out) {
        for (std::size_t i = flows_.size(); i-- > 0;) {
            auto &flow = flows_[i];
            const bool due =
                now - flow.seen.first >= (flow.over ? limits_.ended : limits_.inactive);
            if (due)
                remove(i, flow.over ? FlowEnd::detected : FlowEnd::idle, out);
            else if (limits_.active && flow.traffic.packets &&
                     now - flow.opened.first >= *limits_.active)
                report(flow, FlowEnd::active, out);
        }
    }

    void flush(FlowRecords &out) {
        while (!flows_.empty())
            remove(0, flows_[0].over ? FlowEnd::detected : FlowEnd::forced, out);
    }

    void set(const CacheLimits &limits, FlowRecords &out) {
        limits_ = limits;
        make_room(limits.most_flows, out);
    }

    std::size_t size() const { return flows_.size(); }

  private:
    using Turn = std::pair<Time, std::uint64_t>;
    struct Flow {
        FlowKey key;
        Traffic traffic;
        Time started{};
        Turn opened;
        Turn seen;
        bool over = false;
    };

    std::size_t find(const FlowKey &key) const {
        std::size_t i = 0;
        while (i < flows_.size() && flows_[i].key != key)
            ++i;
        return i;
    }
    void make_room(std::size_t most, FlowRecords &out) {
        while (flows_.size() > most) {
            std::size_t worst = 0;
            for (std::size_t i = 1; i < flows_.size(); ++i)
                if (std::tuple(!flows_[i].over, flows_[i].seen) <
                    std::tuple(!flows_[worst].over, flows_[worst].seen))
                    worst = i;
            remove(worst, flows_[worst].over ? FlowEnd::detected : FlowEnd::no_room, out);
        }
    }
    static void report(Flow &flow, FlowEnd end, FlowRecords &out) {
        if (flow.traffic.packets)
            out.push_back({flow.key, flow.traffic, flow.started, end});
        flow.traffic = {};
    }
    void remove(std::size_t i, FlowEnd end, FlowRecords &out) {
        report(flows_[i], end, out);
        flows_.erase(flows_.begin() + static_cast<std::ptrdiff_t>(i));
    }

    CacheLimits limits_;
    std::vector<Flow> flows_;
    std::uint64_t turn_ = 0;
};

class Twins {
  public:
    explicit Twins(std::uint64_t seed)
        : random_(seed), limits_(some_limits()), cache_(limits_, seed), simple_(limits_) {}

    void run(int steps) {
        for (int i = 0; i < steps && !::testing::Test::HasFailure(); ++i)
            step();
        both([](auto &cache, FlowRecords &out) { cache.flush(out); });
        EXPECT_EQ(packets_, counted_.packets);
        EXPECT_EQ(octets_, counted_.octets);
        EXPECT_EQ(ip_octets_, counted_.ip_octets);
        EXPECT_EQ(cache_.size(), 0U);
    }

  private:
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

    CacheLimits some_limits() {
        CacheLimits limits{
            .most_flows = below(10), .inactive = Time(1 + below(40)), .ended = Time(below(20))};
        if (below(3))
            limits.active = Time(1 + below(60));
        return limits;
    }

    void step() {
        now_ += Time(below(4) ? 0 : below(10));
        if (below(8) == 0) {
            both([&](auto &cache, FlowRecords &out) { cache.expire(now_, out); });
            EXPECT_TRUE(!cache_.next() || *cache_.next() > now_);
        } else if (below(500) == 0) {
            limits_ = some_limits();
            both([&](auto &cache, FlowRecords &out) { cache.set(limits_, out); });
        } else {
            auto key = tcp_record().key;
            key.source_port = static_cast<std::uint16_t>(below(15));
            Traffic traffic{.packets = 1 + below(3), .first = now_ - Time(below(5)), .last = now_};
            traffic.octets = traffic.packets * (64 + below(1400));
            traffic.ip_octets = traffic.octets - 14 * traffic.packets;
            traffic.tcp_flags = below(12) ? 0x10 : 0x11 + 3 * below(2);
            counted_ += traffic;
            both([&](auto &cache, FlowRecords &out) { cache.count(key, traffic, now_, out); });
        }
        EXPECT_EQ(cache_.size(), simple_.size());
        EXPECT_LE(cache_.size(), limits_.most_flows);
    }

    template <class Do>
    void both(Do what) {
        FlowRecords mine, wanted;
        what(cache_, mine);
        what(simple_, wanted);
        EXPECT_TRUE(std::ranges::is_permutation(mine, wanted));
        for (const auto &record : mine) {
            packets_ += record.traffic.packets;
            octets_ += record.traffic.octets;
            ip_octets_ += record.traffic.ip_octets;
        }
    }

    std::mt19937_64 random_;
    CacheLimits limits_;
    FlowCache cache_;
    SimpleCache simple_;
    Time now_ = 1000s;
    Traffic counted_;
    std::uint64_t packets_ = 0, octets_ = 0, ip_octets_ = 0;
};

TEST(FlowCacheProperty, IsLikeASimpleOneAndLosesNothing) {
    for (std::uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        Twins(seed).run(1000);
    }
}

} // namespace
} // namespace bvs::netflow
