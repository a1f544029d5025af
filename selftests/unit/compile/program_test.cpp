// SPDX-License-Identifier: Apache-2.0
//
// Actions to programs, as data.
#include "switch/compile/program.h"

#include "switch/compile/subfield.h"

#include <gtest/gtest.h>
#include <sstream>

namespace bvs::compile {
namespace {

using model::Field;
namespace action = model::action;

const Places k_places = {.group = [](std::uint32_t group) -> std::optional<std::uint32_t> {
                             return group == 99 ? std::nullopt : std::optional(group + 100);
                         },
                         .meter = [](std::uint32_t meter) -> std::optional<std::uint32_t> {
                             return meter == 99 ? std::nullopt : std::optional(meter + 200);
                         }};

// One line an instruction: "LOAD w20 x0 z0 y0 a=ff b=1", what is zero left out; "+" is WRITE.
std::string text(const std::vector<bvs_instruction> &code) {
    constexpr const char *names[] = {
#define NAME(name) #name,
        BVS_OPS(NAME)
#undef NAME
    };
    std::ostringstream out;
    for (const auto &i : code) {
        out << (out.tellp() ? "; " : "") << (i.op & BVS_OP_WRITE ? "+" : "")
            << names[i.op & ~BVS_OP_WRITE] << std::dec;
        if (i.word)
            out << " w" << static_cast<int>(i.word);
        if (i.x)
            out << " x" << i.x;
        if (i.z)
            out << " z" << static_cast<int>(i.z);
        out << std::hex;
        if (i.y)
            out << " y=" << i.y;
        if (i.a)
            out << " a=" << i.a;
        if (i.b)
            out << " b=" << i.b;
    }
    return out.str();
}

std::string actions(const model::Actions &list) {
    const auto program = compile_actions(list, k_places);
    return program ? text(program->code) : program.error().why;
}

std::string bucket(const model::Actions &list) {
    const auto program = compile_bucket(list, k_places);
    return program ? text(program->code) : program.error().why;
}

std::string instructions(const model::Instructions &wanted) {
    const auto program = compile_instructions(wanted, 7, k_places);
    return program ? text(program->code) : program.error().why;
}

action::SetField set(Field field, std::uint64_t value) {
    return {.field = field, .value = {0, value}, .mask = model::all_ones(model::info(field).bits)};
}

TEST(Program, AnEmptyOneDrops) {
    EXPECT_EQ(actions({}), "END");
    EXPECT_EQ(instructions({}), "END");
}

TEST(Program, OutputsNameOpenFlowPorts) {
    EXPECT_EQ(actions({action::Output{.port = 3}, action::Output{model::port::controller, 128}}),
              "OUTPUT y=3; OUTPUT y=fffffffd a=80; END");
    EXPECT_EQ(actions({action::OutputField{{Field::reg1, 0, 16}, 64}}),
              "OUTPUT_REG w21 z16 a=40; END");
    EXPECT_EQ(actions({action::Enqueue{.port = 3, .queue = 5}}),
              "STACK_PUSH w18 x32 z32; LOAD w18 a=ffffffff00000000 b=1000600000000; OUTPUT y=3; "
              "STACK_POP w18 x32 z32; END");
}

TEST(Program, ASetFieldWritesItsBits) {
    EXPECT_EQ(actions({set(Field::tcp_dst, 80)}), "LOAD w4 a=ffff0000 b=500000; END");
    EXPECT_EQ(actions({action::SetField{Field::eth_dst, {0, 0x1000}, {0, 0xff00}}}),
              "LOAD w1 a=ff00 b=1000; END");
    EXPECT_EQ(actions({action::SetField{Field::ipv6_src, {1, 2}, {~0ULL, ~0ULL}}}),
              "LOAD w6 a=ffffffffffffffff b=2; LOAD w5 a=ffffffffffffffff b=1; END");
    EXPECT_EQ(actions({action::SetField{Field::ipv6_src, {1, 0}, {1, 0}}}), "LOAD w5 a=1 b=1; END");
}

TEST(Program, AVlanIsWrittenWithoutItsPresentBitUnlessOpenFlow10Sets) {
    EXPECT_EQ(actions({set(Field::vlan_vid, 0x1005)}),
              "LOAD a=fff000000000000 b=5000000000000; END");
    EXPECT_EQ(actions({action::SetVlanVid{5}}), "SET_VLAN a=fff000000000000 b=5000000000000; END");
    EXPECT_EQ(actions({action::SetVlanPcp{3}}),
              "SET_VLAN a=e000000000000000 b=6000000000000000; END");
}

TEST(Program, ALoadGoesIntoASubfield) {
    EXPECT_EQ(actions({action::Load{{Field::reg0, 4, 8}, {0, 0xab}}}),
              "LOAD w21 a=ff000000000 b=ab000000000; END");
    EXPECT_EQ(actions({action::Load{{Field::xxreg0, 60, 8}, {0, 0xab}}}),
              "LOAD w22 a=f000000000000000 b=b000000000000000; LOAD w21 a=f b=a; END");
}

TEST(Program, AMoveIsCutAtTheBordersOfWords) {
    EXPECT_EQ(actions({action::Move{{Field::reg1, 0, 16}, {Field::tcp_src, 0, 16}}}),
              "MOVE w21 z16 y=4; END");
    EXPECT_EQ(actions({action::Move{{Field::eth_src, 0, 48}, {Field::eth_dst, 0, 48}}}),
              "MOVE w2 z48 y=1; END");
    // 32 bits from 48 on, to 16 on: the words end after 16 of them, or not at all.
    EXPECT_EQ(actions({action::Move{{Field::xxreg0, 48, 32}, {Field::xreg2, 16, 32}}}),
              "MOVE w22 x4144 z16 y=17; MOVE w21 x8192 z16 y=17; END");
}

TEST(Program, AMoveUpwardsInOneFieldBeginsAtTheTop) {
    const auto moves = pieces_of({Field::xxreg0, 0, 96}, {Field::xxreg0, 32, 96});
    ASSERT_EQ(moves.size(), 3U);
    EXPECT_EQ(moves[0].from.offset, 64U);
    EXPECT_EQ(moves[2].from.offset, 0U);
    EXPECT_EQ(pieces_of({Field::xxreg0, 32, 96}, {Field::xxreg0, 0, 96})[0].from.offset, 0U);
}

TEST(Program, TagsArePushedAndPopped) {
    EXPECT_EQ(actions({action::PushVlan{0x8100}, action::PopVlan{}}),
              "PUSH_VLAN y=8100; POP_VLAN; END");
}

TEST(Program, ATtlThatRunsOutIsToldByAProgramOfItsOwn) {
    EXPECT_EQ(actions({action::DecIpTtl{}, action::Output{.port = 1}}),
              "DEC_TTL y=3; OUTPUT y=1; END; CONTROLLER y=2ffff; END");
    EXPECT_EQ(actions({action::DecIpTtl{{4, 5}}, action::SetIpTtl{9}}),
              "DEC_TTL y=3; LOAD w2 a=ff000000000000 b=9000000000000; END; "
              "CONTROLLER x4 y=2ffff; CONTROLLER x5 y=2ffff; END");
}

TEST(Program, ResubmitsNameTheirTable) {
    EXPECT_EQ(instructions({.apply = {action::Resubmit{.table = 12}}}),
              "RESUBMIT y=c b=fffffff8; END");
    EXPECT_EQ(instructions({.apply = {action::Resubmit{.in_port = 3}}}), "RESUBMIT y=7 b=3; END");
    EXPECT_EQ(instructions({.apply = {action::Resubmit{.table = 255}}}),
              "RESUBMIT y=7 b=fffffff8; END");
}

TEST(Program, AClonesBodyEnds) {
    EXPECT_EQ(actions({action::Clone{
                           {action::Output{.port = 1}, action::Clone{{action::Output{.port = 2}}}}},
                       action::Exit{}}),
              "CLONE y=5; OUTPUT y=1; CLONE y=2; OUTPUT y=2; END; END; EXIT; END");
}

TEST(Program, TheStackHasTheLowWordOnTop) {
    EXPECT_EQ(actions({action::StackPush{{Field::xxreg0, 0, 128}},
                       action::StackPop{{Field::xxreg1, 0, 128}}}),
              "STACK_PUSH w21 z64; STACK_PUSH w22 z64; STACK_POP w24 z64; STACK_POP w23 z64; END");
}

TEST(Program, InstructionsComeInTheStandardsOrder) {
    EXPECT_EQ(instructions(
                  {.meter = 1,
                   .apply = {action::Output{.port = 1}},
                   .clear = true,
                   .write = {set(Field::tcp_dst, 80), action::Group{2}, action::Output{.port = 2}},
                   .metadata = model::WriteMetadata{5, 15},
                   .goto_table = 9}),
              "METER y=c9; OUTPUT y=1; CLEAR; +LOAD w4 a=ffff0000 b=500000; +GROUP y=66; "
              "+OUTPUT y=2; LOAD w20 a=f b=5; GOTO y=9");
}

TEST(Program, ATtlOfTheActionSetIsToldOfAsWell) {
    EXPECT_EQ(instructions({.write = {action::DecIpTtl{}}, .goto_table = 9}),
              "+DEC_TTL y=2; GOTO y=9; CONTROLLER y=2ffff; END");
}

TEST(Program, ABucketIsAnActionSet) {
    EXPECT_EQ(bucket({action::Output{.port = 1}, set(Field::eth_dst, 80), action::PopVlan{},
                      set(Field::eth_dst, 81), action::Output{.port = 2}}),
              "POP_VLAN; LOAD w1 a=ffffffffffff b=51; OUTPUT y=2; END");
    EXPECT_EQ(bucket({action::Resubmit{.table = 5}, set(Field::eth_dst, 80)}),
              "LOAD w1 a=ffffffffffff b=50; RESUBMIT y=5 b=fffffff8; END");
}

TEST(Program, ABucketSendsOn) {
    EXPECT_EQ(bucket({action::Output{.port = 1}, action::Group{2}}), "GROUP y=66; END");
    EXPECT_EQ(bucket({action::Resubmit{.table = 5}, action::Output{.port = 1}}), "OUTPUT y=1; END");
    EXPECT_EQ(bucket({action::Resubmit{.table = 5}, action::Group{2}}), "GROUP y=66; END");
}

TEST(Program, ABucketWritesOnlyFieldsThatThePacketHas) {
    const std::string ipv4 = "SKIP z1 y=1 a=ffff00000000 b=80000000000; ";
    EXPECT_EQ(bucket({set(Field::ipv4_src, 1)}), ipv4 + "LOAD w3 a=ffffffff b=1; END");
    EXPECT_EQ(bucket({set(Field::tcp_dst, 80)}),
              "SKIP y=1 a=ffff00000000 b=80000000000; "     // IPv4 is right,
              "SKIP z1 y=3 a=ffff00000000 b=86dd00000000; " // and of the others only IPv6
              "SKIP w1 z1 y=2 a=ff000000000000 b=6000000000000; SKIP w11 y=1 a=20000000000000; "
              "LOAD w4 a=ffff0000 b=500000; END");
    EXPECT_EQ(bucket({set(Field::vlan_vid, 0x1005)}),
              "SKIP y=1 a=1000000000000000; LOAD a=fff000000000000 b=5000000000000; END");
    EXPECT_EQ(compile_bucket({set(Field::ipv4_src, 1)}, k_places)->reads[BVS_WORD_eth_type],
              0xffffULL << BVS_LOWEST_eth_type);
}

TEST(Program, NotesDoNothing) {
    EXPECT_EQ(actions({action::Note{{1, 2}}}), "END");
}

TEST(Program, SamplesSayWhereAndHow) {
    EXPECT_EQ(
        actions({action::Sample{.probability = 1, .collector_set = 2, .domain = 3, .point = 4}}),
        "SAMPLE y=2 a=400000003 b=ffffffff00000001; END");
    EXPECT_EQ(actions({action::Sample{
                  .probability = 1, .port = 5, .direction = action::SampleDirection::egress}}),
              "SAMPLE b=500020001; END");
}

TEST(Program, TheRest) {
    EXPECT_EQ(actions({action::Controller{128, 1, 5}}), "CONTROLLER x5 y=10080; END");
    EXPECT_EQ(actions({action::FinTimeout{2, 3}}), "FIN; END");
    EXPECT_EQ(actions({action::Multipath{.fields = action::HashFields::symmetric_l4,
                                         .basis = 50,
                                         .max_link = 3,
                                         .destination = {Field::reg0, 0, 16}}}),
              "MULTIPATH w21 x32 z16 y=10032 a=3; END");
    EXPECT_EQ(
        actions({action::Multipath{
            .algorithm = 3, .max_link = 4, .argument = 7, .destination = {Field::reg0, 0, 16}}}),
        "MULTIPATH w21 x32 z16 a=30004 b=7; END");
    EXPECT_EQ(actions({action::SetQueue{5}, action::PopQueue{}}),
              "LOAD w18 a=ffffffff00000000 b=1000600000000; POP_QUEUE; END");
}

TEST(Program, MembersOfABundleStandBehindIt) {
    EXPECT_EQ(actions({action::Bundle{.algorithm = 1, .basis = 2, .members = {1, 2, 3, 4, 5}}}),
              "BUNDLE y=2 a=10005; END a=200000001 b=400000003; END a=5; END");
    EXPECT_EQ(actions({action::Bundle{.members = {7},
                                      .destination = model::Subfield{Field::reg1, 0, 16}}}),
              "BUNDLE w21 z16 a=1; END a=7; END");
}

TEST(Program, WhatTheDatapathCannotDoIsNamed) {
    EXPECT_EQ(actions({action::Group{99}}), "there is no group 99");
    EXPECT_EQ(instructions({.meter = 99}), "there is no meter 99");
    const action::Multipath across{.destination = {Field::xxreg0, 56, 16}};
    EXPECT_EQ(compile_actions({across}, k_places).error().refusal, model::Refusal::action_bad_type);
}

TEST(Program, WhatItReadsOfThePacketIsKnown) {
    const auto reads = [](const model::Actions &list) {
        return compile_actions(list, k_places)->reads;
    };
    EXPECT_EQ(reads({set(Field::tcp_dst, 80), action::Output{.port = 1}}), FlowMask{});
    EXPECT_EQ(reads({action::Move{{Field::eth_src, 8, 16}, {Field::reg0, 0, 16}}})[2], 0xffff00U);
    EXPECT_EQ(reads({action::Clone{{action::DecIpTtl{}}}})[BVS_WORD_ip_ttl], 0xffULL << 48);
    EXPECT_EQ(reads({action::PopVlan{}})[BVS_WORD_inner_vlan_tci], 0xffff0000ffffU);
}

} // namespace
} // namespace bvs::compile
