// SPDX-License-Identifier: Apache-2.0
//
// Packets that end on their way through rules, each under its name.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;

namespace {

const auto k_udp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_UDP, udp())}.bytes();

Program times(std::size_t n, const bvs_instruction &instruction) {
    return Program(n, instruction);
}

// Of the first packet, and of the next, which the cache knows.
void expect_drop(Lab &lab, bvs_drop_reason reason, const Bytes &frame = k_udp) {
    for (unsigned n = 1; n <= 2; ++n) {
        EXPECT_EQ(lab.run(1, frame).verdict, TC_ACT_SHOT);
        EXPECT_EQ(lab.counters(1).drops[reason], n);
    }
}

void expect_drop(const Program &program, bvs_drop_reason reason, const Bytes &frame = k_udp) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.add({.program = program});
    expect_drop(lab, reason, frame);
}

TEST(PipelineDrop, WithoutRule) {
    Lab lab({{}, {}});
    Rules rules(lab);
    expect_drop(lab, BVS_DROP_NO_RULE);
}

TEST(PipelineDrop, WithoutOutput) {
    expect_drop(Program{}, BVS_DROP_NO_OUTPUT);
    expect_drop(Program{output(77)}, BVS_DROP_NO_PORT);
}

TEST(PipelineDrop, ByThePortsConfiguration) {
    Lab lab({{.flags = BVS_PORT_UP | BVS_PORT_NO_RECEIVE},
             {.flags = BVS_PORT_UP | BVS_PORT_NO_FORWARD},
             {}});
    Rules rules(lab);
    rules.add({.program = {output(2)}});
    expect_drop(lab, BVS_DROP_PORT_CONFIG);
    lab.run(3, k_udp);
    EXPECT_EQ(lab.counters(2).drops[BVS_DROP_PORT_CONFIG], 1U);
}

TEST(PipelineDrop, WithoutTimeToLive) {
    auto frame = k_udp;
    frame[22] = 1;
    expect_drop({instruction(BVS_OP_DEC_TTL), output(2)}, BVS_DROP_TTL, frame);
}

TEST(PipelineDrop, WithAThirdTag) {
    expect_drop(times(3, instruction(BVS_OP_PUSH_VLAN, ETH_P_8021Q)) + Program{output(2)},
                BVS_DROP_VLAN_TAGS);
}

TEST(PipelineDrop, OfWhatNobodyKnows) {
    expect_drop({instruction(BVS_OP_N), output(2)}, BVS_DROP_ACTION);
}

TEST(PipelineDrop, BeyondEachLimit) {
    expect_drop({resubmit(0)}, BVS_DROP_DEPTH);
    expect_drop({instruction(BVS_OP_GOTO, 0)}, BVS_DROP_VISITS);
    expect_drop(times(33, output(2)), BVS_DROP_EFFECTS);
    expect_drop(times(33, write(load(FIELD(eth_dst, 1)))), BVS_DROP_ACTION_SET);
    auto push = instruction(BVS_OP_STACK_PUSH);
    push.z = 8;
    expect_drop(times(65, push), BVS_DROP_ACTION_STACK);
}

} // namespace
