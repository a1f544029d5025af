// SPDX-License-Identifier: Apache-2.0
//
// Queueing disciplines of the real kernel: each test runs in a fresh network namespace, which it
// enters itself.
#include "selftests/unit/host/namespace.h"
#include "switch/host/queueing.h"

#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <net/if.h>
#include <unistd.h>

namespace bvs::host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;

// What a command prints.
std::string said(const std::string &command) {
    std::string text;
    std::array<char, 256> part{};
    std::FILE *pipe = popen(command.c_str(), "r");
    while (pipe && std::fgets(part.data(), part.size(), pipe))
        text += part.data();
    if (pipe)
        pclose(pipe);
    return text;
}

class Queued : public testing::Test {
  protected:
    void SetUp() override {
        fd_ = enter_new_namespace();
        if (fd_ < 0)
            GTEST_SKIP() << "needs the right to make network namespaces";
        run("ip link add a0 type veth peer a1; ip link set a0 up; ip link set a1 up");
        a0_ = static_cast<int>(if_nametoindex("a0"));
    }
    void TearDown() override { close(fd_); }

    int fd_ = -1;
    int a0_ = 0;
};

model::Qos htb(std::map<std::uint32_t, model::Queue> queues, std::uint64_t rate = 32'000'000) {
    return model::fit({.type = model::QosType::htb,
                       .max_rate = rate,
                       .queues = std::move(queues),
                       .mtu = 0,
                       .parameters = {}},
                      1500, 0);
}

TEST_F(Queued, ClassesAreAsOpenVSwitchMakesThem) {
    auto queueing = must(Queueing::open());
    EXPECT_EQ(must(queueing.root(a0_)), Qdisc()) << "the kernel's own does not count";
    must(queueing.set(
        a0_, htb({{0, {}}, {1, {.min_rate = 2'000'000, .burst = 80000, .priority = 3}}}), false));
    EXPECT_EQ(must(queueing.root(a0_)), (Qdisc{.kind = "htb", .handle = k_our_qdisc}));
    EXPECT_THAT(said("tc qdisc show dev a0"),
                HasSubstr("htb 1: root refcnt 3 r2q 10 default 0x1 "));
    const auto classes = said("tc -d class show dev a0");
    EXPECT_THAT(classes, HasSubstr("class htb 1:fffe root rate 32Mbit ceil 32Mbit"));
    EXPECT_THAT(classes,
                HasSubstr("class htb 1:1 parent 1:fffe prio 0 quantum 1500 rate 12Kbit ceil 32Mbit "
                          "linklayer ethernet burst 1563b/1 mpu 60b cburst 1560b/1 mpu 60b"));
    EXPECT_THAT(classes,
                HasSubstr("class htb 1:2 parent 1:fffe prio 3 quantum 25000 rate 2Mbit ceil 32Mbit "
                          "linklayer ethernet burst 10000b/1 mpu 60b cburst 9996b/1 mpu 60b"));
    EXPECT_THAT(must(queueing.counters(a0_)), ElementsAre(Key(0), Key(1)));
}

TEST_F(Queued, RatesBeyond32BitsAreExact) {
    auto queueing = must(Queueing::open());
    must(queueing.set(a0_, htb({{0, {.min_rate = 80'000'000'000}}}, 100'000'000'000), false));
    EXPECT_THAT(said("tc class show dev a0"), HasSubstr("1:1 parent 1:fffe prio 0 rate 80Gbit ceil "
                                                        "100Gbit"));
}

// As on a link that nobody hears on the other side, but for the kernel's own packets.
TEST_F(Queued, ChangesInPlaceAndRemovesWhatIsNotWanted) {
    auto queueing = must(Queueing::open());
    must(queueing.set(a0_, htb({{0, {}}, {1, {}}, {7, {}}}), false));
    run("sysctl -qw net.ipv6.conf.all.disable_ipv6=1; ip addr add 10.0.0.1/24 dev a0; "
        "ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev a0; "
        "ping -q -c 3 -i 0.01 -W 0.01 10.0.0.2 >/dev/null; true");
    const auto before = must(queueing.counters(a0_)).at(0);
    EXPECT_GE(before.packets, 3U);
    EXPECT_GE(before.bytes, 3 * 98U);

    must(
        queueing.set(a0_, htb({{0, {.max_rate = 1'000'000}}, {7, {.min_rate = 1'000'000}}}), true));
    EXPECT_THAT(said("tc class show dev a0"), HasSubstr("rate 12Kbit ceil 1Mbit"));
    const auto after = must(queueing.counters(a0_));
    EXPECT_THAT(after, ElementsAre(Key(0), Key(7)));
    EXPECT_EQ(after.at(0), before) << "it is the same class";

    must(queueing.remove(a0_));
    EXPECT_EQ(must(queueing.root(a0_)), Qdisc());
    EXPECT_THAT(must(queueing.counters(a0_)), IsEmpty());
}

TEST_F(Queued, WhatIsThereOfOthersStays) {
    run("tc qdisc add dev a0 root handle 5: htb");
    auto queueing = must(Queueing::open());
    EXPECT_EQ(must(queueing.root(a0_)), (Qdisc{.kind = "htb", .handle = 5U << 16}));
    EXPECT_FALSE(queueing.set(a0_, htb({{0, {}}}), false));
    EXPECT_FALSE(queueing.remove(a0_));
    EXPECT_THAT(said("tc qdisc show dev a0"), HasSubstr("htb 5: root"));
}

// A kernel may lack any of them; then it is the option's name that helps.
TEST_F(Queued, OtherTypesAreSetUpOrMissedByName) {
    auto queueing = must(Queueing::open());
    for (const auto type : model::qos_types()) {
        if (type == model::QosType::noop)
            continue;
        model::Warnings warnings;
        const std::string name(model::qdisc_of(type));
        const auto qos = model::fit(
            must(model::settle({.type = "linux-" + name, .other_config = {}, .queues = {}}, "a0",
                               warnings)),
            1500, 0);
        if (const auto set = queueing.set(a0_, qos, false); !set) {
            std::string option = name;
            for (auto &c : option)
                c = static_cast<char>(std::toupper(c));
            EXPECT_THAT(set.error().message, HasSubstr("CONFIG_NET_SCH_" + option));
            EXPECT_EQ(must(queueing.root(a0_)), Qdisc());
            continue;
        }
        EXPECT_EQ(must(queueing.root(a0_)).kind, name);
        const auto changed = queueing.set(a0_, qos, true);
        EXPECT_TRUE(changed) << name << ": " << changed.error().message;
        must(queueing.remove(a0_));
    }
}

} // namespace
} // namespace bvs::host
