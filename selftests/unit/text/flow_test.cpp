// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/flow.h"

#include "ofagent/text/match.h"

#include <gmock/gmock.h>

namespace {

using namespace bvs;
using namespace std::chrono_literals;
using model::Field;
using model::FlowCommand;
using testing::HasSubstr;
using text::Detail;

std::string refusal(std::string_view flow, FlowCommand command) {
    const auto mod = text::parse_flow_mod(flow, command, text::nameless());
    return mod ? "accepted" : mod.error().message;
}

TEST(Flow, IsAddedToTheFirstTableButSoughtInAll) {
    EXPECT_EQ(text::parse_flow_mod("actions=1", FlowCommand::add, text::nameless())->table, 0);
    for (auto command : {FlowCommand::remove, FlowCommand::remove_strict})
        EXPECT_EQ(text::parse_flow_mod("", command, text::nameless())->table, model::k_all_tables);
    EXPECT_EQ(text::parse_flow_mod("actions=1", FlowCommand::modify, text::nameless())->table,
              model::k_all_tables);
}

TEST(Flow, CookieIsSetOrSought) {
    auto added = text::parse_flow_mod("cookie=5,actions=1", FlowCommand::add, text::nameless());
    EXPECT_EQ(added->cookie, 5u);
    EXPECT_EQ(added->cookie_mask, 0u);
    auto modified = text::parse_flow_mod("cookie=5,cookie=0x10/0xf0,actions=1", FlowCommand::modify,
                                         text::nameless());
    EXPECT_EQ(modified->new_cookie, 5u);
    EXPECT_EQ(modified->cookie, 0x10u);
    EXPECT_EQ(modified->cookie_mask, 0xf0u);
    auto removed = text::parse_flow_mod("cookie=5/-1", FlowCommand::remove, text::nameless());
    EXPECT_EQ(removed->cookie, 5u);
    EXPECT_EQ(removed->cookie_mask, ~0ULL);
    EXPECT_THAT(refusal("cookie=5", FlowCommand::remove), HasSubstr("cookie=5/-1"));
}

TEST(Flow, RemovalHasWordsOfItsOwn) {
    auto mod = text::parse_flow_mod("table=3,out_port=LOCAL,out_group=4,ip",
                                    FlowCommand::remove_strict, text::nameless());
    EXPECT_EQ(mod->table, 3);
    EXPECT_EQ(mod->out_port, model::port::local);
    EXPECT_EQ(mod->out_group, 4u);
    EXPECT_THAT(refusal("actions=1", FlowCommand::remove), HasSubstr("\"actions\""));
    EXPECT_THAT(refusal("priority=4", FlowCommand::remove), HasSubstr("\"priority\""));
    EXPECT_EQ(refusal("priority=4", FlowCommand::remove_strict), "accepted");
    EXPECT_THAT(refusal("idle_timeout=4", FlowCommand::remove_strict), HasSubstr("idle_timeout"));
}

TEST(Flow, LineMayBeginWithItsCommand) {
    const auto command = [](std::string_view line) {
        return text::parse_flow_line(line, text::nameless())->command;
    };
    EXPECT_EQ(command("ip,actions=1"), FlowCommand::add);
    EXPECT_EQ(command("add ip,actions=1"), FlowCommand::add);
    EXPECT_EQ(command(" modify ip actions=1"), FlowCommand::modify);
    EXPECT_EQ(command("modify_strict ip actions=1"), FlowCommand::modify_strict);
    EXPECT_EQ(command("delete ip"), FlowCommand::remove);
    EXPECT_EQ(command("delete_strict ip"), FlowCommand::remove_strict);
}

TEST(Flow, FilterSelects) {
    auto filter = text::parse_flow_filter("table=2,cookie=1/3,out_port=4,tcp", text::nameless());
    EXPECT_EQ(filter->table, 2);
    EXPECT_EQ(filter->cookie, 1u);
    EXPECT_EQ(filter->cookie_mask, 3u);
    EXPECT_EQ(filter->out_port, 4u);
    EXPECT_TRUE(filter->match.find(Field::ip_proto));
    EXPECT_FALSE(text::parse_flow_filter("priority=4", text::nameless()));
}

TEST(Flow, StatisticsAreShown) {
    model::FlowStats flow{.table = 1,
                          .priority = 5,
                          .cookie = 0x2a,
                          .idle_timeout = 10,
                          .flags = {.send_removed = true},
                          .counters = {.packets = 3, .bytes = 180},
                          .duration = 61'250ms,
                          .idle = 7s,
                          .hard_age = 61s};
    EXPECT_EQ(text::format(flow, Detail::statistics, {}),
              "cookie=0x2a, duration=61.250s, table=1, n_packets=3, n_bytes=180, idle_timeout=10, "
              "send_flow_rem idle_age=7, priority=5 actions=drop");
    EXPECT_EQ(text::format(flow, Detail::flow, {}),
              "cookie=0x2a, table=1, idle_timeout=10, send_flow_rem priority=5 actions=drop");
    flow.hard_age = 4s;
    flow.idle = -1s;
    EXPECT_THAT(text::format(flow, Detail::statistics, {}),
                HasSubstr("send_flow_rem hard_age=4, priority=5"));
    EXPECT_THAT(text::format({.duration = 1'000'001us}, Detail::statistics, {}),
                HasSubstr("duration=1.000001s"));
}

TEST(Match, FieldsThatOpenVSwitchDoesNotKnowArePrintedLast) {
    auto match = text::parse_match("dl_type=0x88e7,pbb_isid=5,pbb_uca=1", text::nameless());
    ASSERT_TRUE(match);
    EXPECT_EQ(text::format(*match, text::nameless()), "dl_type=0x88e7,pbb_isid=0x5,pbb_uca=1");
}

TEST(Match, OldNamesStandForTheFieldThatFits) {
    auto match = text::parse_match("tp_src=5,udp,nw_src=1.2.3.4", text::nameless());
    EXPECT_TRUE(match->find(Field::udp_src));
    EXPECT_FALSE(match->find(Field::tcp_src));
    match = text::parse_match("nw_proto=2,nw_src=1.2.3.4,arp", text::nameless());
    EXPECT_TRUE(match->find(Field::arp_op));
    EXPECT_TRUE(match->find(Field::arp_spa));
}

TEST(Action, PortsOfTheMatchsProtocolAreSet) {
    auto mod =
        text::parse_flow_mod("udp,actions=mod_tp_dst:53", FlowCommand::add, text::nameless());
    auto *set = std::get_if<model::action::SetField>(&mod->instructions.apply.at(0));
    ASSERT_TRUE(set);
    EXPECT_EQ(set->field, Field::udp_dst);
}

TEST(Action, MeterIsAnInstructionOnlyAtTheBeginning) {
    auto mod = text::parse_flow_mod("actions=meter:1,output:2,meter:3", FlowCommand::add,
                                    text::nameless());
    EXPECT_EQ(mod->instructions.meter, 1u);
    EXPECT_EQ(mod->instructions.apply.at(1), model::Action(model::action::Meter{3}));
}

TEST(Action, OpenVSwitchDoesNotKnowSome) {
    const std::string actions = "push_pbb:0x88e7,set_field:0x5->pbb_isid,pop_pbb,copy_ttl_out,"
                                "copy_ttl_in";
    EXPECT_EQ(text::format(*text::parse_actions(actions, text::nameless()), {}), actions);
}

} // namespace
