// SPDX-License-Identifier: Apache-2.0
//
// Rules change on one CPU while packets go through them on the other. A packet says itself what it
// met: rules write the number of the change that they came with into it.
#include "selftests/property/of_lab.h"

#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <sched.h>
#include <thread>

using namespace bvs;
using namespace bvs::property;
using fixture::Frame;
using fixture::Lab;
using fixture::mac;

namespace {

namespace action = model::action;
using model::Field;
using std::chrono::steady_clock;

constexpr std::uint32_t k_swaps = 10000;
constexpr int k_changes_between_reclaims = 100;
constexpr std::chrono::seconds k_churn{6};

const ReferencePipeline::Ports k_ports = {{1, {}}, {2, {}}, {3, {}}, {4, {}}, {5, {}}, {6, {}}};

// The Lab keeps its thread, and those that it starts, on one CPU.
void leave_cpu() {
    cpu_set_t others;
    CPU_ZERO(&others);
    for (unsigned cpu = 0; cpu < std::thread::hardware_concurrency(); ++cpu)
        if (static_cast<int>(cpu) != sched_getcpu())
            CPU_SET(cpu, &others);
    sched_setaffinity(0, sizeof others, &others); // a machine may have no other
}

model::Action set_mac(Field field, std::uint32_t n) {
    return action::SetField{field, {0, mac(n)}, model::all_ones(48)};
}

model::FlowMod flow(std::uint8_t table, std::uint16_t priority, model::Match match,
                    model::Instructions instructions) {
    return {.table = table,
            .priority = priority,
            .match = std::move(match),
            .instructions = std::move(instructions)};
}

model::Match from_port(std::uint32_t port) {
    model::Match match;
    match.set(Field::in_port, port);
    return match;
}

// Change number n: what comes in at 1 goes to 2 or 3, what comes in at 4 to the other one; on the
// way out at 5 by another table, and at 6 by a group.
std::vector<Change> mapping(std::uint32_t n) {
    model::Bucket bucket{.actions = {set_mac(Field::eth_src, n), action::Output{.port = 6}}};
    std::vector<Change> bundle;
    bundle.emplace_back(model::GroupMod{.command = model::GroupCommand::add_or_modify,
                                        .type = model::GroupType::indirect,
                                        .group = 1,
                                        .buckets = {bucket}});
    for (const std::uint32_t port : {1, 4}) {
        const auto to = 2 + (n + (port == 4)) % 2;
        bundle.emplace_back(flow(0, 100, from_port(port),
                                 {.apply = {set_mac(Field::eth_dst, n), action::Output{.port = to}},
                                  .goto_table = std::uint8_t{1}}));
    }
    bundle.emplace_back(
        flow(1, 100, {},
             {.apply = {set_mac(Field::eth_src, n), action::Output{.port = 5}, action::Group{1}}}));
    return bundle;
}

std::uint64_t address(const Bytes &frame, std::size_t at) {
    std::uint64_t value = 0;
    for (std::size_t i = at; i < at + 6; ++i)
        value = value << 8 | frame.at(i);
    return value;
}

// The change that a packet's first frame tells of, if all of it tells of that one.
std::optional<std::uint32_t> change_seen(std::uint32_t in_port, const fixture::Delivery &sent) {
    for (const std::uint32_t port : {2, 3}) {
        const auto first = sent.find(port);
        if (first == sent.end())
            continue;
        const auto n = static_cast<std::uint32_t>(address(first->second[0], 0) - mac(0));
        const auto second = Frame{.dst = mac(n), .src = mac(n)}.bytes();
        const fixture::Delivery whole{
            {2 + (n + (in_port == 4)) % 2, {Frame{.dst = mac(n)}.bytes()}},
            {5, {second}},
            {6, {second}}};
        return sent == whole ? std::optional(n) : std::nullopt;
    }
    return std::nullopt;
}

TEST(Churn, NoPacketSeesHalfOfABundle) {
    OfLab lab(k_ports);
    ASSERT_TRUE(lab.apply(mapping(1)));
    std::atomic<bool> done = false;
    std::atomic<std::uint32_t> refused = 0;
    std::thread changer([&] {
        leave_cpu();
        for (std::uint32_t n = 2; n <= k_swaps; ++n) {
            refused += !lab.apply(mapping(n));
            if (n % k_changes_between_reclaims == 0)
                lab.reclaim();
        }
        done = true;
    });
    std::uint64_t packets = 0, distinct = 0;
    std::uint32_t last = 0;
    std::string wrong;
    while (!done && wrong.empty()) {
        const std::uint32_t port = packets++ % 2 ? 4 : 1;
        const auto seen = change_seen(port, lab.lab().send(port, Frame{}));
        if (!seen || *seen < last)
            wrong =
                fmt::format("packet {} saw change {} after {}", packets, seen.value_or(0), last);
        distinct += seen != last;
        last = seen.value_or(last);
    }
    changer.join();
    EXPECT_EQ(wrong, "");
    EXPECT_EQ(refused, 0U);
    EXPECT_GT(distinct, 100U);
    fmt::print("{} packets saw {} of {} changes\n", packets, distinct, k_swaps);
}

constexpr std::uint32_t k_destinations = 16;

std::uint32_t port_of(std::uint32_t destination) {
    return 2 + destination % 4;
}

model::Match to_destination(std::uint32_t destination) {
    model::Match match;
    match.set(Field::eth_dst, mac(destination));
    return match;
}

// A rule that agrees with the others on where a destination is, or is for none that is sent to.
Change any_rule(std::mt19937 &random) {
    const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
    const bool known = below(3);
    const auto destination = known ? below(k_destinations) : k_destinations + below(64);
    auto match = to_destination(destination);
    if (below(2))
        match.set(Field::in_port, 1);
    if (below(2))
        match.set(Field::eth_src, {0, mac(1)}, {0, 0xffffff000000ULL >> below(24) | 1});
    if (below(2))
        match.set(Field::vlan_vid, {0, 0}, {0, 1U << below(13)});
    const auto port = known ? port_of(destination) : 2 + below(4);
    auto mod = flow(static_cast<std::uint8_t>(below(2)), static_cast<std::uint16_t>(10 + below(50)),
                    match, {.apply = {action::Output{.port = port}}});
    if (below(2))
        mod.command = model::FlowCommand::remove_strict;
    return mod;
}

TEST(Churn, NoPacketGoesElsewhere) {
    OfLab lab(k_ports);
    std::vector<Lab::Sent> frames;
    fixture::Delivery expected;
    for (std::uint32_t n = 0; n < k_destinations; ++n) {
        ASSERT_TRUE(lab.apply(
            {flow(1, 1, to_destination(n), {.apply = {action::Output{.port = port_of(n)}}})}));
        frames.emplace_back(1, Frame{.dst = mac(n)}.bytes());
        expected[port_of(n)].push_back(frames.back().second);
    }
    ASSERT_TRUE(lab.apply({flow(0, 1, {}, {.goto_table = std::uint8_t{1}})}));
    std::atomic<bool> done = false;
    std::uint64_t changes = 0;
    std::thread changer([&] {
        leave_cpu();
        std::mt19937 random{1};
        for (; !done; ++changes) {
            (void)lab.apply({any_rule(random)});
            if (changes % k_changes_between_reclaims == 0)
                lab.reclaim();
        }
    });
    std::uint64_t packets = 0;
    bool right = true;
    for (const auto end = steady_clock::now() + k_churn; right && steady_clock::now() < end;
         packets += frames.size())
        right = lab.lab().send(frames) == expected;
    done = true;
    changer.join();
    EXPECT_TRUE(right) << "after " << packets << " packets and " << changes << " changes";
    fmt::print("{} packets during {} changes\n", packets, changes);
}

} // namespace
