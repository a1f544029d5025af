// SPDX-License-Identifier: Apache-2.0
#include "switch/model/flow_check.h"

#include "selftests/unit/model/matches.h"

#include <gtest/gtest.h>
#include <span>

namespace bvs::model {
namespace {

using enum Field;
using enum Refusal;
namespace a = action;

struct Some : Inventory { // group 1 and meter 1
    bool has_group(std::uint32_t group) const override { return group == 1; }
    bool has_meter(std::uint32_t meter) const override { return meter == 1; }
};

using Outcome = std::optional<Refusal>;
constexpr Outcome k_fine;

Outcome refusal(const FlowMod &mod) {
    const auto answer = check(mod, Some());
    EXPECT_TRUE(answer || !answer.error().why.empty());
    return answer ? k_fine : Outcome(answer.error().refusal);
}

Action set(Field field, std::uint64_t value, std::uint64_t mask = ~0ULL) {
    const auto ones = all_ones(info(field).bits);
    return a::SetField{field, {0, value}, mask == ~0ULL ? ones : Value{0, mask}};
}

const Match k_all;
const auto k_ip = make({{eth_type, 0x800}});
const auto k_tcp = make({{eth_type, 0x800}, {ip_proto, 6}});
const auto k_tagged = make({{vlan_vid, 0x1000, 0x1000}});
const auto k_mpls = make({{eth_type, 0x8847}});

struct Case {
    Match match;
    Actions actions;
    Outcome outcome;
};

void expect_of_lists(std::span<const Case> cases) {
    for (std::size_t i = 0; i < cases.size(); ++i)
        EXPECT_EQ(refusal(request(FlowCommand::add, cases[i].match, cases[i].actions)),
                  cases[i].outcome)
            << i;
}

TEST(ActionCheck, Standard) {
    const Case cases[] = {
        {k_all, {a::Output{1}, a::Output{port::controller}, a::Output{port::in_port}}, k_fine},
        {k_all, {a::Output{0}}, action_bad_out_port},
        {k_all, {a::Output{0xff00}}, action_bad_out_port},
        {k_all, {a::Output{port::any}}, action_bad_out_port},
        {k_all, {a::Output{port::table}}, action_bad_out_port},
        {k_all, {a::Enqueue{1, 2}}, k_fine},
        {k_all, {a::Enqueue{port::flood, 2}}, action_bad_out_port},
        {k_all, {a::Group{1}}, k_fine},
        {k_all, {a::Group{2}}, action_bad_out_group},
        {k_all, {a::Meter{2}}, action_bad_meter},
        {k_all, {set(eth_src, 5)}, k_fine},
        {k_all, {set(eth_src, 5, 0xff)}, k_fine},
        {k_all, {set(skb_priority, 5)}, action_bad_set_type},
        {k_all, {a::SetField{eth_src, {0, 1ULL << 48}, {0, 1ULL << 48}}}, action_bad_set_argument},
        {k_ip, {set(ip_dscp, 1, 1)}, action_bad_set_mask},
        {k_all, {a::SetField{eth_src, {}, {}}}, action_bad_set_mask},
        {k_all, {set(ipv4_src, 1)}, action_match_inconsistent},
        {k_ip, {set(ipv4_src, 1)}, k_fine},
        {k_ip, {set(tcp_src, 1)}, action_match_inconsistent},
        {k_tcp, {set(tcp_src, 1)}, k_fine},
        {k_tagged, {set(vlan_vid, 0x1005)}, k_fine},
        {k_tagged, {set(vlan_vid, 5)}, action_bad_set_argument},
        {k_all, {set(vlan_vid, 0x1005)}, action_match_inconsistent},
        {k_all, {a::PushVlan{0x8100}, set(vlan_vid, 0x1005)}, k_fine},
        {k_all, {a::PushVlan{0x9100}}, action_bad_argument},
        {k_all, {a::PopVlan{}}, action_match_inconsistent},
        {k_tagged, {a::PopVlan{}, a::PopVlan{}}, action_match_inconsistent},
        {k_tagged, {a::PushVlan{0x88a8}, a::PopVlan{}, a::PopVlan{}}, k_fine},
        {k_all, {a::SetVlanVid{5}, a::PopVlan{}}, k_fine},
        {k_all, {a::SetVlanVid{0x1000}}, action_bad_argument},
        {k_all, {a::SetVlanPcp{8}}, action_bad_argument},
        {k_tcp, {a::PushMpls{0x8847}, set(tcp_src, 1)}, action_match_inconsistent},
        {k_tcp,
         {a::PushMpls{0x8847}, set(mpls_label, 1), a::PopMpls{0x800}, set(ipv4_src, 1)},
         k_fine},
        {k_all, {a::PushMpls{0x800}}, action_bad_argument},
        {k_ip, {a::PopMpls{0x800}}, action_match_inconsistent},
        {k_all, {a::PushPbb{0x88e7}, set(pbb_isid, 5), a::PopPbb{}}, k_fine},
        {k_all, {a::PushPbb{0x8847}}, action_bad_argument},
        {k_all, {a::PopPbb{}}, action_match_inconsistent},
        {k_ip, {a::DecIpTtl{}, a::SetIpTtl{3}}, k_fine},
        {k_mpls, {a::DecIpTtl{}}, action_match_inconsistent},
        {k_mpls, {a::DecMplsTtl{}, a::SetMplsTtl{1}, a::CopyTtlOut{}, a::CopyTtlIn{}}, k_fine},
        {k_ip, {a::CopyTtlIn{}}, action_match_inconsistent},
        {k_all, {set(eth_type, 0x800), set(ipv4_src, 1)}, k_fine},
        {k_ip, {set(ip_proto, 6), set(tcp_src, 1)}, k_fine},
    };
    expect_of_lists(cases);
}

TEST(ActionCheck, Nicira) {
    const Case cases[] = {
        {k_all, {a::Load{{reg0, 4, 8}, {0, 0xff}}}, k_fine},
        {k_all, {a::Load{{reg0, 4, 8}, {0, 0x100}}}, action_bad_set_argument},
        {k_all, {a::Load{{reg0, 28, 8}, {0, 1}}}, action_bad_set_length},
        {k_all, {a::Load{{reg0, 0, 0}, {}}}, action_bad_set_length},
        {k_all, {a::Load{{ip_frag, 0, 1}, {}}}, action_bad_set_argument},
        {k_all, {a::Load{{vlan_tci, 0, 16}, {0, 0x1005}}, a::PopVlan{}}, k_fine},
        {k_all, {a::Move{{reg0, 0, 16}, {xreg1, 48, 16}}}, k_fine},
        {k_all, {a::Move{{reg0, 0, 16}, {reg1, 0, 15}}}, action_bad_set_length},
        {k_all, {a::Move{{tcp_src, 0, 16}, {reg1, 0, 16}}}, action_match_inconsistent},
        {k_all, {a::StackPush{{reg0, 0, 32}}, a::StackPop{{reg1, 0, 32}}}, k_fine},
        {k_all, {a::StackPop{{ip_frag, 0, 2}}}, action_bad_set_argument},
        {k_all, {a::OutputField{{reg0, 16, 32}, 0}}, action_bad_set_length},
        {k_all, {a::Resubmit{.table = 254}}, action_bad_argument},
        {k_all, {a::Resubmit{.table = 255}, a::Exit{}, a::Note{}, a::Controller{}}, k_fine},
        {k_all, {a::Clone{{a::Output{0}}}}, action_bad_out_port},
        {k_tagged, {a::Clone{{a::PopVlan{}}}, a::PopVlan{}}, k_fine},
        {k_all, {a::Multipath{.max_link = 3, .destination = {reg0, 0, 2}}}, k_fine},
        {k_all, {a::Multipath{.max_link = 4, .destination = {reg0, 0, 2}}}, action_bad_argument},
        {k_all, {a::Multipath{.algorithm = 4, .destination = {reg0, 0, 2}}}, action_bad_argument},
        {k_all, {a::Bundle{.algorithm = 1, .members = {1, 2}}}, k_fine},
        {k_all, {a::Bundle{.algorithm = 2, .members = {1}}}, action_bad_argument},
        {k_all, {a::Bundle{.members = {0xffff}}}, action_bad_out_port},
        {k_tcp, {a::FinTimeout{1, 2}}, k_fine},
        {k_ip, {a::FinTimeout{1, 2}}, action_match_inconsistent},
        {k_all, {a::Sample{.probability = 0}}, action_bad_argument},
    };
    expect_of_lists(cases);
}

TEST(ActionCheck, SetHasItsOwnOrder) {
    const Case cases[] = {
        {k_all, {set(vlan_vid, 0x1005), a::PushVlan{0x8100}, a::Output{1}}, k_fine},
        {k_mpls, {set(ipv4_src, 1), a::PopMpls{0x800}}, k_fine},
        {k_all, {a::Group{1}, a::SetQueue{3}}, k_fine},
        {k_all, {a::Group{2}}, action_bad_out_group},
        {k_all, {a::Resubmit{.table = 3}}, action_bad_type},
        {k_all, {a::Enqueue{1, 1}}, action_bad_type},
        {k_all, {a::Note{}}, action_bad_type},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i) {
        auto mod = request(FlowCommand::modify, cases[i].match);
        mod.instructions.write = cases[i].actions;
        EXPECT_EQ(refusal(mod), cases[i].outcome) << i;
    }
}

TEST(ActionCheck, BucketMayGoOnInATable) {
    const Some some;
    EXPECT_TRUE(check_bucket({set(tcp_src, 1), a::Resubmit{.table = 3}}, {.inventory = some}));
    EXPECT_FALSE(check_bucket({a::StackPush{{reg0, 0, 8}}}, {.inventory = some}));
    EXPECT_FALSE(check_bucket({a::Group{2}}, {.inventory = some}));
}

TEST(ActionCheck, PacketOutMayGoToTheTables) {
    const Some some;
    KnownHeaders headers;
    EXPECT_TRUE(
        check_list({a::Output{port::table}}, headers, {.inventory = some, .table_output = true}));
}

TEST(FlowCheck, OldVersionsMayAskForMore) {
    auto mod = request(FlowCommand::add, k_all, {a::DecIpTtl{}, set(tcp_src, 1), a::PopVlan{}});
    EXPECT_EQ(refusal(mod), action_match_inconsistent);
    mod.lenient_actions = true;
    EXPECT_EQ(refusal(mod), k_fine);
}

TEST(FlowCheck, MatchAndTable) {
    EXPECT_EQ(refusal(request(FlowCommand::remove, make({{ipv4_src, 1}}))), match_bad_prerequisite);
    EXPECT_EQ(refusal(request(FlowCommand::add, make({{in_port, 1, 1}}))), match_bad_mask);
    EXPECT_EQ(refusal(request(FlowCommand::add, make({{reg0, 1}, {xreg0, 0}}))), match_bad_value);
    auto mod = request(FlowCommand::add, k_all);
    mod.table = 254;
    EXPECT_EQ(refusal(mod), flow_bad_table_id);
    mod.table = 255;
    EXPECT_EQ(refusal(mod), k_fine);
}

TEST(FlowCheck, Instructions) {
    auto mod = request(FlowCommand::add, k_all);
    mod.table = 5;
    mod.instructions.goto_table = 6;
    mod.instructions.meter = 1;
    EXPECT_EQ(refusal(mod), k_fine);
    for (const std::uint8_t table : {0, 5, 254, 255}) {
        mod.instructions.goto_table = table;
        EXPECT_EQ(refusal(mod), instruction_bad_table_id) << int(table);
    }
    mod.instructions.goto_table.reset();
    mod.instructions.meter = 2;
    EXPECT_EQ(refusal(mod), meter_unknown);
    mod.command = FlowCommand::remove;
    EXPECT_EQ(refusal(mod), k_fine);
}

} // namespace
} // namespace bvs::model
