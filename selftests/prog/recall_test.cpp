// SPDX-License-Identifier: Apache-2.0
//
// What the kernel said is remembered for a moment (bpf/recall.h) and asked for anew in the next
// one: no daemon runs here that could be told of a change. What was not found is not remembered.
#include "selftests/fixture/lab.h"
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>
#include <linux/pkt_cls.h>
#include <sched.h>
#include <thread>

using namespace bvs::fixture;

namespace {

constexpr std::chrono::milliseconds k_moment{100}; // 80 at most, and a tick may be late
constexpr std::uint32_t k_remote = 0xcb007101;     // nothing but a route leads there
constexpr int k_most_tries = 50;

// Each CPU has its own memory.
class Recall : public testing::Test {
  protected:
    using Act = std::function<void()>;
    using Look = std::function<int()>;

    Recall() {
        sched_getaffinity(0, sizeof before_, &before_);
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(sched_getcpu(), &one);
        sched_setaffinity(0, sizeof one, &one);
    }
    ~Recall() override { sched_setaffinity(0, sizeof before_, &before_); }

    // Before a change, after it, a moment later, and after it was undone. Again if a moment ended
    // with the change, so that there was nothing to be remembered.
    static std::vector<int> around(const Look &look, const Act &change, const Act &undo) {
        std::vector<int> seen;
        for (int tries = 0; tries < k_most_tries; ++tries) {
            seen = {look()};
            change();
            seen.push_back(look());
            std::this_thread::sleep_for(k_moment);
            seen.push_back(look());
            undo();
            seen.push_back(look());
            if (seen[1] == seen[0])
                break;
            std::this_thread::sleep_for(k_moment);
        }
        return seen;
    }

  private:
    cpu_set_t before_ = {};
};

bvs_tunnel vxlan() {
    return {.remote = bvs_address_v4(k_remote),
            .key = 7,
            .flags = BVS_TUNNEL_DF,
            .dst_port = 4789,
            .type = BVS_TUNNEL_VXLAN,
            .ttl = 64};
}

TEST_F(Recall, ARoute) {
    Lab lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL, .mtu = 65535, .tunnel = vxlan()}});
    const auto &host = lab.the_switch().host();
    ASSERT_TRUE(host.add_route(k_remote));
    const auto seen = around([&] { return lab.run(1, Packet().bytes()).verdict; },
                             [&] { EXPECT_TRUE(host.remove_route(k_remote)); },
                             [&] { EXPECT_TRUE(host.add_route(k_remote)); });
    EXPECT_EQ(seen, (std::vector{TC_ACT_REDIRECT, TC_ACT_REDIRECT, TC_ACT_SHOT, TC_ACT_REDIRECT}));
    EXPECT_TRUE(host.remove_route(k_remote));
}

TEST_F(Recall, AnAddressToSendFrom) {
    Lab lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL, .mtu = 65535, .tunnel = vxlan()}});
    const auto &host = lab.the_switch().host();
    ASSERT_TRUE(host.add_route(k_remote));
    const auto set = [&](std::uint32_t source) {
        EXPECT_TRUE(lab.maps().source_addresses.set({.ifindex = host.near, .ipv6 = 0},
                                                    bvs_address_v4(source)));
    };
    auto seen = around([&] { return lab.run(1, Packet().bytes()).frame.at(ETH_HLEN + 15); },
                       [&] { set(0xc0000299); }, [&] { set(0xc0000202); });
    seen.resize(3); // after that it is remembered or not
    EXPECT_EQ(seen, (std::vector{0x02, 0x02, 0x99}));
    EXPECT_TRUE(host.remove_route(k_remote));
}

} // namespace
