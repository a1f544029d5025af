// SPDX-License-Identifier: Apache-2.0
//
// Links that are chosen by a hash, the end of connections, and queues.
#include "selftests/fixture/rules.h"
#include "selftests/prog/headers.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <map>

using namespace bvs::fixture;

namespace {

constexpr unsigned k_flows = 300;
constexpr std::uint16_t k_fin = 1, k_syn = 2, k_rst = 4;
enum { k_modulo, k_threshold, k_hrw, k_iterated };
enum { k_active_backup, k_bundle_hrw };

Frame flow(unsigned n, std::uint16_t flags = k_syn) {
    return {.src = mac(n), .type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(flags))};
}

// Into reg0.
bvs_instruction multipath(std::uint64_t algorithm, std::uint64_t links,
                          std::uint64_t argument = 0) {
    auto made = instruction(BVS_OP_MULTIPATH);
    made.word = BVS_FLOW_REGISTERS;
    made.x = 32;
    made.z = 32;
    made.a = algorithm << 16 | (links - 1);
    made.b = argument;
    return made;
}

Program bundle(std::uint64_t algorithm, const std::vector<std::uint32_t> &members) {
    auto choice = instruction(BVS_OP_BUNDLE);
    choice.a = algorithm << 16 | members.size();
    auto ports = instruction(BVS_OP_END);
    for (std::size_t i = 0; i < members.size(); ++i)
        (i < 2 ? ports.a : ports.b) |= static_cast<std::uint64_t>(members[i]) << 32 * (i % 2);
    return {choice, ports};
}

// How many flows go where.
std::map<std::uint32_t, unsigned> spread(Lab &lab) {
    std::map<std::uint32_t, unsigned> count;
    for (unsigned n = 1; n <= k_flows; ++n) {
        const auto to = lab.run(1, flow(n)).to;
        EXPECT_EQ(lab.run(1, flow(n)).to, to);
        ++count[to];
    }
    return count;
}

class PipelineChoice : public testing::Test {
  protected:
    PipelineChoice() { rules_.look_at({FIELD(eth_src, ~0ULL)}); }

    Lab lab_{{}, {}, {}, {}};
    Rules rules_{lab_};
};

TEST_F(PipelineChoice, MultipathChoosesEachLinkAlike) {
    for (const auto &choice :
         {multipath(k_modulo, 3), multipath(k_threshold, 3), multipath(k_hrw, 3),
          multipath(k_iterated, 3, 5), multipath(k_iterated, 3, 0)}) {
        Rules rules(lab_);
        rules.look_at({FIELD(eth_src, ~0ULL)});
        rules.add({.program = {choice, resubmit(1)}});
        for (std::uint32_t link = 0; link < 3; ++link)
            rules.add({.table = 1,
                       .match = {{BVS_FLOW_REGISTERS, 0xffffffff00000000,
                                  static_cast<std::uint64_t>(link) << 32}},
                       .program = {output(link + 2)}});
        const auto count = spread(lab_);
        for (const std::uint32_t port : {2U, 3U, 4U})
            EXPECT_NEAR(count.at(port), k_flows / 3, 40) << choice.a;
        EXPECT_EQ(count.size(), 3U);
    }
}

TEST_F(PipelineChoice, ABundleSpreadsFlowsOverMembers) {
    rules_.add({.program = bundle(k_bundle_hrw, {2, 3, 4})});
    const auto count = spread(lab_);
    for (const std::uint32_t port : {2U, 3U, 4U})
        EXPECT_NEAR(count.at(port), k_flows / 3, 40);
}

TEST_F(PipelineChoice, OnlyADeadMembersFlowsMove) {
    rules_.add({.program = bundle(k_bundle_hrw, {2, 3, 4})});
    std::vector<std::uint32_t> before;
    for (unsigned n = 1; n <= k_flows; ++n)
        before.push_back(lab_.run(1, flow(n)).to);
    lab_.the_switch().set_port(3, {.flags = BVS_PORT_UP | BVS_PORT_NO_CARRIER | BVS_PORT_PIPELINE});
    rules_.void_groups();
    for (unsigned n = 1; n <= k_flows; ++n) {
        const auto to = lab_.run(1, flow(n)).to;
        if (before[n - 1] == 3)
            EXPECT_NE(to, 3U);
        else
            EXPECT_EQ(to, before[n - 1]);
    }
}

TEST_F(PipelineChoice, ABackupIsUsedWhenTheActiveOneIsDead) {
    rules_.add({.program = bundle(k_active_backup, {3, 2, 4})});
    EXPECT_EQ(spread(lab_), (std::map<std::uint32_t, unsigned>{{3, k_flows}}));
    lab_.the_switch().set_port(3, {.flags = BVS_PORT_PIPELINE});
    rules_.void_groups();
    EXPECT_EQ(spread(lab_), (std::map<std::uint32_t, unsigned>{{2, k_flows}}));
}

TEST_F(PipelineChoice, ABundleLoadsThePort) {
    auto program = bundle(k_active_backup, {3, 2});
    program[0].word = BVS_FLOW_REGISTERS;
    program[0].x = 32;
    program[0].z = 32;
    auto to_register = instruction(BVS_OP_OUTPUT_REG);
    to_register.word = BVS_FLOW_REGISTERS;
    to_register.x = 32;
    to_register.z = 32;
    rules_.add({.program = program + Program{to_register}});
    EXPECT_EQ(lab_.run(1, flow(1)).to, 3U);
}

TEST_F(PipelineChoice, ASelectedBucketWithoutWeightIsNone) {
    const auto group = rules_.add_group(BVS_GROUP_SELECT,
                                        {{.program = {output(2)}, .weight = 1, .watch_port = 3},
                                         {.program = {output(4)}, .weight = 0},
                                         {.program = {output(3)}, .weight = 1, .watch_port = 2}});
    lab_.the_switch().set_port(3, {.flags = BVS_PORT_PIPELINE}); // the first bucket is dead
    rules_.add({.program = {instruction(BVS_OP_GROUP, group)}});
    for (unsigned n = 1; n <= k_flows; ++n)
        ASSERT_NE(lab_.run(1, flow(n)).to, 4U);
}

TEST_F(PipelineChoice, TheEndOfAConnectionIsNotedAtTheRule) {
    const auto rule = rules_.add({.program = {instruction(BVS_OP_FIN), output(2)}});
    rules_.look_at({MASKED_FIELD(tcp_flags, k_fin | k_rst, 0)});
    const auto &there = rules_.maps().rules[rule];
    lab_.run(1, flow(1));
    EXPECT_EQ(there.finished, 0U);
    lab_.run(1, flow(1, k_fin));
    EXPECT_EQ(there.finished, 1U);
}

} // namespace
