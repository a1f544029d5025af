// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/group.h"

#include <gmock/gmock.h>

namespace {

using namespace bvs;
using model::GroupCommand;
using namespace std::chrono_literals;

std::string again(std::string_view group, GroupCommand command = GroupCommand::add) {
    const auto mod = text::parse_group_mod(group, command, text::nameless());
    if (!mod)
        return mod.error().message;
    return text::format(model::GroupDescription{.group = mod->group,
                                                .type = mod->type,
                                                .buckets = mod->buckets,
                                                .properties = mod->properties},
                        {});
}

// What Open vSwitch 3.1 dumps in OpenFlow 1.5, but for bucket ids, which it gives by itself.
TEST(Group, IsPrintedAsByOpenVSwitch) {
    EXPECT_EQ(again("group_id=1,type=select,selection_method=hash,selection_method_param=5,"
                    "fields(ip_src=255.255.255.0,tcp_src),bucket=bucket_id:3,weight:1,"
                    "actions=output:1,bucket=weight:100,watch_port:1,"
                    "actions=set_field:1.2.3.4->ip_dst,output:2"),
              "group_id=1,type=select,selection_method=hash,selection_method_param=5,"
              "fields(ip_src=255.255.255.0,tcp_src),bucket=bucket_id:3,actions=output:1,"
              "bucket=weight:100,watch_port:1,actions=set_field:1.2.3.4->ip_dst,output:2");
    EXPECT_EQ(again("group_id=2 type=ff bucket=watch_port:1,actions=output:1,"
                    "bucket=watch_group:1,actions=output:2"),
              "group_id=2,type=ff,bucket=watch_port:1,actions=output:1,"
              "bucket=watch_group:1,actions=output:2");
    EXPECT_EQ(again("group_id=3,type=all"), "group_id=3,type=all");
    EXPECT_EQ(again("group_id=4,type=indirect,bucket=output:3"),
              "group_id=4,type=indirect,bucket=actions=output:3");
    EXPECT_EQ(again("group_id=5,type=select,selection_method=hash,fields=eth_dst,"
                    "bucket=weight:1,actions=output:1"),
              "group_id=5,type=select,selection_method=hash,fields=eth_dst,"
              "bucket=actions=output:1");
    EXPECT_EQ(again("group_id=6,type=select,selection_method=dp_hash,bucket=weight:0,actions=drop"),
              "group_id=6,type=select,selection_method=dp_hash,bucket=weight:0,actions=drop");
    EXPECT_EQ(again("group_id=7,type=ff,bucket=output:1,output:4,watch_port=1"),
              "group_id=7,type=ff,bucket=watch_port:1,actions=output:1,output:4");
}

TEST(Group, BucketsAreInsertedAtAPlace) {
    auto mod = text::parse_group_mod("group_id=1,command_bucket_id=last,bucket=bucket_id:9,1",
                                     GroupCommand::insert, text::nameless());
    ASSERT_TRUE(mod) << mod.error().message;
    EXPECT_EQ(mod->place, model::bucket_place::last);
    EXPECT_EQ(mod->buckets.at(0).id, 9u);
    mod = text::parse_group_mod("group_id=1,command_bucket_id=7", GroupCommand::remove_bucket,
                                text::nameless());
    EXPECT_EQ(mod->place, 7u);
}

TEST(Group, AllAreRemovedByDefault) {
    const auto group = [](std::string_view words) {
        return text::parse_group_mod(words, GroupCommand::remove, text::nameless())->group;
    };
    EXPECT_EQ(group(""), model::k_all_groups);
    EXPECT_EQ(group("group_id=all"), model::k_all_groups);
    EXPECT_EQ(group("group_id=5"), 5u);
}

TEST(Group, ErrorsNameTheWord) {
    using testing::HasSubstr;
    EXPECT_THAT(again("type=all"), HasSubstr("must specify a group_id"));
    EXPECT_THAT(again("group_id=x"), HasSubstr("invalid group_id \"x\""));
    EXPECT_THAT(again("group_id=4294967295,type=all"), HasSubstr("invalid group_id"));
    EXPECT_THAT(again("group_id=50,foo=1"), HasSubstr("unknown keyword \"foo\""));
    EXPECT_THAT(again("group_id=50,type=zz"), HasSubstr("invalid group type \"zz\""));
    EXPECT_THAT(again("group_id=50"), HasSubstr("must specify a type"));
    EXPECT_THAT(again("group_id=50,type=all,bucket=weight:1"), HasSubstr("must specify actions"));
    EXPECT_THAT(again("group_id=50,type=all,bucket=weight:x,1"), HasSubstr("invalid weight \"x\""));
    EXPECT_THAT(again("group_id=50,type=ff,bucket=1"), HasSubstr("requires watch_port"));
    EXPECT_THAT(again("group_id=50,type=all,bucket=goto_table:1"), HasSubstr("is an instruction"));
    EXPECT_THAT(again("group_id=1,bucket=1", GroupCommand::insert), HasSubstr("command_bucket_id"));
}

TEST(Group, StatisticsAreShown) {
    const model::GroupStats stats{.group = 1,
                                  .references = 2,
                                  .counters = {3, 4},
                                  .duration = 164ms,
                                  .buckets = {{5, 6}, {7, 8}}};
    EXPECT_EQ(text::format(stats),
              "group_id=1,duration=0.164s,ref_count=2,packet_count=3,byte_count=4,"
              "bucket0:packet_count=5,byte_count=6,bucket1:packet_count=7,byte_count=8");
}

} // namespace
