// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a packet on its way through tables, clones, groups and the action set.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <gtest/gtest.h>
#include <linux/in.h>

using namespace bvs::fixture;

namespace {

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();
const auto k_to_9 =
    Frame{.dst = mac(9), .type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();
const auto k_set_dst = load(FIELD(eth_dst, mac(9)));

bvs_instruction go_to(std::uint32_t table) {
    return instruction(BVS_OP_GOTO, table);
}

// Twice, as the second time is from the cache.
void expect_sent(Lab &lab, const Delivery &expected) {
    EXPECT_EQ(lab.send(1, k_tcp), expected);
    EXPECT_EQ(lab.send(1, k_tcp), expected);
}

TEST(PipelineAction, GoesOnInAnotherTable) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto first = rules.add({.program = {k_set_dst, go_to(5)}});
    const auto second =
        rules.add({.table = 5, .match = {FIELD(eth_dst, mac(9))}, .program = {output(2)}});
    expect_sent(lab, each({2}, k_to_9));
    EXPECT_EQ(rules.packets(first), 2U);
    EXPECT_EQ(rules.packets(second), 2U);
}

TEST(PipelineAction, ComesBackFromAResubmit) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.program = {load(FIELD(metadata, 7)), resubmit(1), output(3)}});
    rules.add({.table = 1, .match = {FIELD(metadata, 7)}, .program = {k_set_dst, output(2)}});
    expect_sent(lab, each({2, 3}, k_to_9));
}

TEST(PipelineAction, ResubmitsWithAnotherInPort) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.match = {FIELD(in_port, 1)}, .program = {resubmit(0, 3)}});
    rules.add({.match = {FIELD(in_port, 3)}, .program = {output(2), output(1)}});
    expect_sent(lab, each({2}, k_tcp)); // it still came in at 1
}

TEST(PipelineAction, FloodsToAllButTheInPortThatRulesSee) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto all = output(0xfffffffc);
    rules.add({.match = {FIELD(in_port, 1)}, .program = {load(FIELD(in_port, 2)), all}});
    expect_sent(lab, each({1, 3}, k_tcp));
}

TEST(PipelineAction, SkipsWhatIsForOtherPackets) {
    Lab lab({{}, {}, {}, {}});
    Rules rules(lab);
    auto tcp_only = instruction(BVS_OP_SKIP, 1);
    tcp_only.word = BVS_WORD_ip_proto;
    tcp_only.a = bvs_low_bits(BVS_BITS_ip_proto) << BVS_LOWEST_ip_proto;
    tcp_only.b = std::uint64_t{IPPROTO_TCP} << BVS_LOWEST_ip_proto;
    auto others_only = tcp_only;
    tcp_only.z = 1;
    rules.add({.program = {tcp_only, output(2), others_only, output(3), output(4)}});
    expect_sent(lab, each({2, 4}, k_tcp));
}

TEST(PipelineAction, GivesBackWhatACloneChanged) {
    Lab lab({{}, {}, {}, {}});
    Rules rules(lab);
    rules.add({.program = Program{output(4)} + clone({k_set_dst, output(2)}) + Program{output(3)}});
    expect_sent(lab, {{2, {k_to_9}}, {3, {k_tcp}}, {4, {k_tcp}}});
}

TEST(PipelineAction, OfClonesInClones) {
    Lab lab({{}, {}, {}, {}, {}});
    Rules rules(lab);
    const auto source = load(FIELD(eth_src, mac(8)));
    const auto inner = clone({source, output(2)});
    rules.add(
        {.program = clone(Program{k_set_dst} + inner + Program{output(3)}) + Program{output(4)}});
    const auto both =
        Frame{.dst = mac(9), .src = mac(8), .type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}
            .bytes();
    expect_sent(lab, {{2, {both}}, {3, {k_to_9}}, {4, {k_tcp}}});
}

// What rules say of a tunnel is in words that are copied and cleared only where they are in use.
void add_tunnel_rules(Rules &rules) {
    rules.add({.table = 1, .match = {FIELD(tunnel_flags, 1)}, .program = {output(2)}});
    rules.add({.table = 1, .match = {FIELD(tunnel_flags, 0)}, .program = {output(3)}});
}
const auto k_set_flags = load(FIELD(tunnel_flags, 1));

TEST(PipelineAction, GivesBackWhatACloneSaysOfATunnel) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    add_tunnel_rules(rules);
    rules.add({.program = clone({k_set_flags, resubmit(1)}) + Program{resubmit(1)}});
    expect_sent(lab, each({2, 3}, k_tcp));
}

TEST(PipelineAction, KeepsWhatIsSaidOfATunnelInClones) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    add_tunnel_rules(rules);
    rules.add({.program = Program{k_set_flags} +
                          clone({resubmit(1), load(FIELD(tunnel_flags, 0)), resubmit(1)}) +
                          Program{resubmit(1)}});
    expect_sent(lab, {{2, {k_tcp, k_tcp}}, {3, {k_tcp}}});
}

TEST(PipelineAction, ForgetsWhatTheLastPacketsRulesSaidOfATunnel) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    add_tunnel_rules(rules);
    rules.add(
        {.priority = 2, .match = {FIELD(eth_dst, mac(2))}, .program = {k_set_flags, go_to(1)}});
    rules.add({.priority = 1, .program = {go_to(1)}});
    for (unsigned n = 0; n < 2; ++n) {
        expect_sent(lab, each({2}, k_tcp));
        EXPECT_EQ(lab.send(1, k_to_9), each({3}, k_to_9));
    }
}

TEST(PipelineAction, ToAllBucketsOfAGroup) {
    Lab lab({{}, {}, {}, {}});
    Rules rules(lab);
    const auto group = rules.add_group(
        BVS_GROUP_ALL, {{.program = {k_set_dst, output(2)}}, {.program = {output(3)}}});
    rules.add({.program = {instruction(BVS_OP_GROUP, group), output(4)}});
    expect_sent(lab, {{2, {k_to_9}}, {3, {k_tcp}}, {4, {k_tcp}}});
    rules.packets(0);
    EXPECT_EQ(rules.maps().groups[group].packets, 2U);
    EXPECT_EQ(rules.maps().groups[group].bucket[1].packets, 2U);
}

TEST(PipelineAction, SelectsOneBucketForAFlow) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto group = rules.add_group(BVS_GROUP_SELECT, {{.program = {output(2)}, .weight = 3},
                                                          {.program = {output(3)}, .weight = 1}});
    rules.add({.program = {instruction(BVS_OP_GROUP, group)}});
    rules.look_at({FIELD(eth_src, ~0ULL)});
    std::map<std::uint32_t, unsigned> count;
    for (unsigned n = 1; n <= 400; ++n) {
        const Frame frame = {.src = mac(n), .type = ETH_P_IP, .payload = ipv4(6, tcp(2))};
        const auto to = lab.run(1, frame).to;
        ASSERT_EQ(lab.run(1, frame).to, to);
        ++count[to];
    }
    EXPECT_NEAR(count[2], 300, 60);
    EXPECT_NEAR(count[3], 100, 60);
}

TEST(PipelineAction, FailsOver) {
    Lab lab({{}, {.flags = 0}, {}});
    Rules rules(lab);
    const auto group =
        rules.add_group(BVS_GROUP_FAST_FAILOVER, {{.program = {output(2)}, .watch_port = 2},
                                                  {.program = {output(3)}, .watch_port = 3}});
    rules.add({.program = {instruction(BVS_OP_GROUP, group)}});
    expect_sent(lab, each({3}, k_tcp));
}

TEST(PipelineAction, RunsTheActionSetInItsOrder) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.program = {write(output(3)), write(output(2)), write(k_set_dst), go_to(1)}});
    rules.add({.table = 1, .program = {}});
    expect_sent(lab, each({2}, k_to_9));
}

TEST(PipelineAction, ClearsTheActionSet) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.program = {write(output(2)), instruction(BVS_OP_CLEAR), write(output(3))}});
    expect_sent(lab, each({3}, k_tcp));
}

TEST(PipelineAction, OfTheSetIsAGroupBeforeAnOutput) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto group = rules.add_group(BVS_GROUP_INDIRECT, {{.program = {output(2)}}});
    rules.add({.program = {write(output(3)), write(instruction(BVS_OP_GROUP, group))}});
    expect_sent(lab, each({2}, k_tcp));
}

TEST(PipelineAction, RunsTheActionSetNotAgainInACloneOfItsGroup) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    const auto group =
        rules.add_group(BVS_GROUP_ALL, {{.program = clone({output(2)})}, {.program = {output(3)}}});
    rules.add({.program = {write(k_set_dst), write(instruction(BVS_OP_GROUP, group))}});
    expect_sent(lab, each({2, 3}, k_to_9));
}

TEST(PipelineAction, MovesAndStacksBits) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    auto move = instruction(BVS_OP_MOVE, BVS_WORD_eth_dst);
    move.word = BVS_WORD_eth_src;
    move.z = 48;
    auto push = instruction(BVS_OP_STACK_PUSH);
    push.word = BVS_WORD_eth_dst;
    push.z = 48;
    auto pop = instruction(BVS_OP_STACK_POP);
    pop.word = BVS_WORD_eth_src;
    pop.z = 48;
    rules.add({.program = {push, move, pop, output(2)}});
    rules.look_at({FIELD(eth_src, ~0ULL), FIELD(eth_dst, ~0ULL)});
    expect_sent(lab, each({2}, Frame{.dst = mac(1),
                                     .src = mac(2),
                                     .type = ETH_P_IP,
                                     .payload = ipv4(IPPROTO_TCP, tcp(2))}
                                   .bytes()));
}

TEST(PipelineAction, SendsToWhereARegisterSays) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    auto from_register = instruction(BVS_OP_OUTPUT_REG);
    from_register.word = BVS_FLOW_REGISTERS;
    from_register.z = 32;
    rules.add({.program = {load({BVS_FLOW_REGISTERS, 0xffffffff, 3}), from_register}});
    expect_sent(lab, each({3}, k_tcp));
}

TEST(PipelineAction, NormalLearnsAndFloods) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.program = {output(0xfffffffa)}});
    expect_sent(lab, each({2, 3}, k_tcp));
    lab.send(2, Frame{.dst = mac(1), .src = mac(2)});
    expect_sent(lab, each({2}, k_tcp));
}

TEST(PipelineAction, NormalBetweenOthersLeavesThePacketAsItWas) {
    Lab lab({{}, {.mode = BVS_VLAN_ACCESS, .tag = 10}, {}, {}});
    Rules rules(lab);
    rules.add({.program = {output(0xfffffffa), k_set_dst, output(3)}});
    const Frame tagged = {.dst = mac(5), .tags = {{ETH_P_8021Q, 10}}};
    lab.add_static(2, mac(5), 10);
    auto rewritten = tagged;
    rewritten.dst = mac(9);
    EXPECT_EQ(lab.send(1, tagged),
              (Delivery{{2, {Frame{.dst = mac(5)}.bytes()}}, {3, {rewritten.bytes()}}}));
}

TEST(PipelineAction, FloodsToAllOthers) {
    Lab lab({{}, {.flags = BVS_PORT_UP | BVS_PORT_NO_FLOOD}, {}, {}});
    Rules rules(lab);
    const auto flood = rules.add({.priority = 2, .program = {output(0xfffffffb)}});
    expect_sent(lab, each({3, 4}, k_tcp));
    rules.remove(flood);
    rules.add({.priority = 1, .program = {output(0xfffffffc)}});
    expect_sent(lab, each({2, 3, 4}, k_tcp));
}

TEST(PipelineAction, BackToWhereItCameFromOnlyByName) {
    Lab lab({{}, {}});
    Rules rules(lab);
    const auto plain = rules.add({.priority = 2, .program = {output(1), output(2)}});
    expect_sent(lab, each({2}, k_tcp));
    rules.remove(plain);
    rules.add({.program = {output(0xfffffff8)}});
    expect_sent(lab, each({1}, k_tcp));
}

TEST(PipelineAction, OfInjectedPackets) {
    Lab lab({{}, {}, {}});
    Rules rules(lab);
    rules.add({.match = {FIELD(in_port, 1)}, .program = {output(2)}});
    EXPECT_EQ(rules.inject(1, k_tcp), each({2}, k_tcp));
    EXPECT_EQ(rules.inject(0xfffffffd, k_tcp), Delivery{});
    EXPECT_EQ(rules.inject(0xfffffffd, k_tcp, {k_set_dst, output(3), output(0xfffffffa)}),
              (Delivery{{1, {k_to_9}}, {2, {k_to_9}}, {3, {k_to_9, k_to_9}}}));
}

} // namespace
