// SPDX-License-Identifier: Apache-2.0
//
// What bvsctl decides about flows and messages without a bridge.
#include "ctl/command_line.h"
#include "ctl/of_bundle_line.h"
#include "ctl/of_flow_listing.h"
#include "ctl/of_flow_set.h"
#include "ctl/of_lines.h"
#include "ctl/of_message_text.h"

#include <fstream>
#include <gmock/gmock.h>

namespace bvs::ctl {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr wire::Dialect k_newest{.version = wire::Version::of15};

FlowSet set_of(std::initializer_list<const char *> lines, const wire::Dialect &dialect = k_newest) {
    FlowSet set(dialect);
    for (const auto *line : lines)
        EXPECT_TRUE(set.add(*text::parse_flow_line(line, text::nameless()))) << line;
    return set;
}

std::vector<std::string> difference(const FlowSet &before, const FlowSet &after) {
    std::vector<std::string> lines;
    for (const auto &one : differences(before, after)) {
        if (one.before)
            lines.push_back('-' + text::format(*one.before, text::Detail::flow, {}));
        if (one.after)
            lines.push_back('+' + text::format(*one.after, text::Detail::flow, {}));
    }
    return lines;
}

TEST(FlowSet, TellsFlowsApartByTablePriorityAndMatch) {
    const auto before = set_of({"priority=1,tcp,actions=drop", "table=2,actions=drop",
                                "priority=5,ip,nw_src=10.0.0.0/8,actions=output:1"});
    const auto after = set_of({"priority=2,tcp,actions=drop", "table=2,actions=drop",
                               "priority=5,ip,nw_src=10.0.0.0/8,actions=output:2"});
    EXPECT_THAT(difference(before, after),
                ElementsAre("-priority=5,ip,nw_src=10.0.0.0/8 actions=output:1",
                            "+priority=5,ip,nw_src=10.0.0.0/8 actions=output:2",
                            "+priority=2,tcp actions=drop", "-priority=1,tcp actions=drop"));
}

TEST(FlowSet, TellsFlowsApartByOptions) {
    const auto both = set_of({"tun_metadata0=1,actions=drop", "tun_metadata0=2,actions=drop"});
    EXPECT_THAT(difference(both, set_of({"tun_metadata0=1,actions=drop"})),
                ElementsAre("-tun_metadata0=0x2 actions=drop"));
}

TEST(FlowSet, ComparesWhatAFlowConsistsOf) {
    const auto plain = set_of({"actions=drop"});
    for (const auto *other :
         {"cookie=1,actions=drop", "idle_timeout=1,actions=drop", "hard_timeout=1,actions=drop",
          "importance=1,actions=drop", "send_flow_rem,actions=drop", "actions=normal"})
        EXPECT_EQ(differences(plain, set_of({other})).size(), 1U) << other;
    EXPECT_TRUE(differences(plain, set_of({"check_overlap,actions=drop"})).empty());
}

TEST(FlowSet, TakesDifferentWordsForTheSame) {
    const auto one = set_of({"in_port=1,ip,actions=mod_nw_src:10.0.0.1"});
    const auto other = set_of({"ip,in_port=1,actions=set_field:10.0.0.1->ip_src"});
    EXPECT_TRUE(differences(one, other).empty());
}

TEST(FlowSet, LeavesOutWhatTheVersionDoesNotTell) {
    const wire::Dialect oldest{.version = wire::Version::of10,
                               .flow_format = wire::FlowFormat::nxm,
                               .table_id_in_command = true};
    EXPECT_TRUE(differences(set_of({"table=3,actions=drop"}, oldest),
                            set_of({"table=3,send_flow_rem,actions=drop"}, oldest))
                    .empty());
}

TEST(FlowSet, RefusesWhatIsNoFlow) {
    FlowSet set(k_newest);
    EXPECT_FALSE(set.add(*text::parse_flow_line("delete tcp", text::nameless())));
}

TEST(FlowSet, ChangesRemoveStrictlyAndAdd) {
    const auto before = set_of({"priority=1,tcp,actions=drop"});
    const auto after = set_of({"priority=2,cookie=9,tcp,actions=normal"});
    const auto found = differences(before, after);
    ASSERT_EQ(found.size(), 2U);
    const auto added = change_of(found[0]), removed = change_of(found[1]);
    EXPECT_EQ(added.command, model::FlowCommand::add);
    EXPECT_EQ(added.cookie, 9U);
    EXPECT_EQ(removed.command, model::FlowCommand::remove_strict);
    EXPECT_EQ(removed.priority, 1U);
}

TEST(FlowListing, IsSortedByTheKeyThenByTablesAndPriorities) {
    const auto flow = [](std::uint8_t table, std::uint16_t priority, std::uint64_t packets) {
        return model::FlowStats{
            .table = table, .priority = priority, .counters = {.packets = packets, .bytes = 0}};
    };
    std::vector flows{flow(1, 5, 7), flow(0, 1, 7), flow(0, 9, 3)};
    const auto order = [&](std::string_view by) {
        EXPECT_TRUE(sort_flows(flows, by));
        std::vector<int> priorities;
        for (const auto &one : flows)
            priorities.push_back(one.priority);
        return priorities;
    };
    EXPECT_THAT(order("priority"), ElementsAre(9, 1, 5));
    EXPECT_THAT(order("packets"), ElementsAre(1, 5, 9));
    EXPECT_THAT(sort_flows(flows, "size").error().message, HasSubstr("--rules-by=size is none of"));
}

TEST(FlowListing, TellsProgramsNumbers) {
    model::FlowStats flow{.table = 2, .priority = 7, .cookie = 0x10};
    flow.counters.packets = ~0ULL; // not known
    flow.duration = std::chrono::milliseconds(1500);
    Output output;
    list_flows(output, {flow}, text::Detail::statistics, {});
    EXPECT_EQ(render(*output.table, {.format = Format::json}),
              R"([{"table":2,"priority":7,"match":"","actions":"drop","packets":null,"bytes":0,)"
              R"("duration":1.500,"cookie":16,"idle_timeout":0,"hard_timeout":0,"importance":0}])"
              "\n");
}

TEST(BundleLine, SaysWhatItIs) {
    const auto kind = [](std::string_view line) {
        const auto body = parse_bundle_line(line, text::nameless());
        return body ? std::string(message_name(*body)) + ' ' + message_details(*body, {})
                    : body.error().message;
    };
    EXPECT_EQ(kind("flow priority=5,actions=drop"), "FLOW_MOD add priority=5 actions=drop");
    EXPECT_EQ(kind("flow delete table=3,tcp"), "FLOW_MOD delete table=3, tcp ");
    EXPECT_EQ(kind("group add group_id=1,type=indirect,bucket=output:1"),
              "GROUP_MOD add group_id=1,type=indirect,bucket=actions=output:1");
    EXPECT_THAT(kind("group delete group_id=1"), HasSubstr("GROUP_MOD delete group_id=1"));
    EXPECT_EQ(kind("packet-out packet=0102,actions=flood"),
              "PACKET_OUT in_port=CONTROLLER packet=0102 actions=FLOOD");
    EXPECT_THAT(kind("meter add meter=1"), HasSubstr("none of flow, group, packet-out"));
}

TEST(Messages, AreNamedAsTheStandardDoes) {
    EXPECT_EQ(message_name(wire::Hello{}), "HELLO");
    EXPECT_EQ(message_name(model::PacketIn{}), "PACKET_IN");
    EXPECT_EQ(message_name(wire::MeterFeatures{}), "METER_FEATURES_REPLY");
    EXPECT_EQ(message_name(wire::FlowMonitorReply{}), "FLOW_MONITOR_REPLY");
    EXPECT_EQ(message_details(wire::RoleReply{{wire::Role::master, 7}}, {}), "master generation=7");
    EXPECT_EQ(
        message_details(
            wire::ErrorMessage{.refusal = model::Refusal::action_bad_out_port, .data = {}}, {}),
        "OFPBAC_BAD_OUT_PORT");
}

TEST(Lines, AreWithoutCommentsAndKnowTheirPlace) {
    const auto path = testing::TempDir() + "bvsctl-lines";
    std::ofstream(path) << "# all\n  a=1 # one\n\n\tb=2\r\n";
    const auto lines = read_lines(path);
    ASSERT_TRUE(lines);
    ASSERT_EQ(lines->size(), 2U);
    EXPECT_EQ(lines->at(0).text, "a=1");
    EXPECT_EQ(lines->at(1).text, "b=2");
    EXPECT_EQ(lines->at(1).place, path + ":4: ");
    EXPECT_THAT(read_lines(path + "x").error().message, HasSubstr("cannot open"));
}

TEST(Protocols, AreBitsOfTheOffer) {
    const auto versions = [](std::string names) {
        const std::vector<std::string> words{"-O", std::move(names), "ping", "br0"};
        const auto line = parse(words, {});
        return line ? line->options.versions : 0;
    };
    EXPECT_EQ(versions("OpenFlow10"), 1U << 1);
    EXPECT_EQ(versions("OpenFlow13,OpenFlow15"), 1U << 4 | 1U << 6);
    EXPECT_EQ(versions("OpenFlow16"), 0U);
    EXPECT_EQ(versions("1.3"), 0U);
    EXPECT_EQ(parse(std::vector<std::string>{"ping", "br0"}, {})->options.versions, 0b1111110U);
}

} // namespace
} // namespace bvs::ctl
