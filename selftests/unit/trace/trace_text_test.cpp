// SPDX-License-Identifier: Apache-2.0
//
// Traces as people read them: in the form that Open vSwitch prints.
#include "ofagent/text/match.h"
#include "switch/trace_text.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace bvs::daemon {
namespace {

using Node = Trace::Node;
using testing::HasSubstr;

bvs_flow flow_of(const std::string &text) {
    const auto words = text::parse_match(text, text::nameless())->words();
    bvs_flow flow = {};
    std::ranges::copy(words.value, flow.word);
    return flow;
}

Node table(std::uint32_t number, const std::string &match, std::list<Node> nodes) {
    return {.kind = Node::Kind::table,
            .number = number,
            .rule = TracedRule{.match = match, .priority = 10, .cookie = number},
            .nodes = std::move(nodes)};
}

Node action(const std::string &text) {
    return {.kind = Node::Kind::action, .text = text};
}

const TraceTexts k_texts = {.bridge = "br0",
                            .megaflow = "recirc_id=0,eth,in_port=1",
                            .port_name = [](std::uint32_t n) { return fmt::format("p{}", n); }};

Trace sample() {
    Trace trace;
    trace.port = 1;
    trace.flow = trace.final_flow = flow_of("in_port=1,dl_type=0x88cc,dl_src=02:00:00:00:00:01");
    trace.nodes = {table(0, "in_port=1",
                         {action("resubmit(,2)"), table(2, "", {action("output:2")}),
                          action("goto_table:1"), table(1, "", {})})};
    trace.datapath_actions = "2";
    trace.receivers = {{.port = 2}};
    trace.whole = true;
    return trace;
}

// The indentation is Open vSwitch's.
TEST(TraceText, IsThatOfOpenVSwitch) {
    EXPECT_EQ(trace_text(sample(), k_texts),
              "Flow: in_port=1,vlan_tci=0x0000,dl_src=02:00:00:00:00:01,"
              "dl_dst=00:00:00:00:00:00,dl_type=0x88cc\n"
              "\n"
              "bridge(\"br0\")\n"
              "-------------\n"
              " 0. in_port=1, priority 10\n"
              "    resubmit(,2)\n"
              "     2. priority 10, cookie 0x2\n"
              "            output:2\n"
              "    goto_table:1\n"
              " 1. priority 10, cookie 0x1\n"
              "    drop\n"
              "\n"
              "Final flow: unchanged\n"
              "Megaflow: recirc_id=0,eth,in_port=1\n"
              "Datapath actions: 2\n");
}

TEST(TraceText, SaysWhatChanged) {
    auto trace = sample();
    auto moved = action("move:NXM_NX_REG1[]->NXM_NX_REG0[]");
    moved.changes = {{"reg0", "0x5"}};
    trace.nodes = {table(0, "", {moved})};
    trace.final_flow.word[BVS_FLOW_REGISTERS] = 5ULL << 32;
    const auto text = trace_text(trace, k_texts);
    EXPECT_THAT(text, HasSubstr("    move:NXM_NX_REG1[]->NXM_NX_REG0[]\n"
                                "     -> reg0 is now 0x5\n"));
    EXPECT_THAT(text, HasSubstr("Final flow: reg0=0x5,in_port=1,"));
}

TEST(TraceText, SaysWhatIsMissing) {
    auto trace = sample();
    trace.nodes = {{.kind = Node::Kind::table}};
    trace.whole = false;
    const auto text = trace_text(trace, k_texts);
    EXPECT_THAT(text, HasSubstr("\n 0. No match.\n    drop\n"));
    EXPECT_THAT(text, HasSubstr("parts of this trace are missing"));
}

TEST(TraceText, HasAVerdict) {
    auto trace = sample();
    EXPECT_EQ(verdict_text(trace, k_texts), "sent to p2");
    trace.receivers.push_back({.port = 3, .refusal = BVS_DROP_OUTPUT_DOWN});
    EXPECT_THAT(verdict_text(trace, k_texts),
                HasSubstr("sent to p2; dropped at p3, output-down: "));
    trace.drop = BVS_DROP_NO_RULE;
    EXPECT_THAT(verdict_text(trace, k_texts), HasSubstr("dropped, no-rule: no rule"));
}

TEST(TraceText, IsADocumentAsWell) {
    const auto document = trace_json(sample(), k_texts);
    EXPECT_EQ(document["steps"][0]["table"], 0);
    EXPECT_EQ(document["steps"][0]["steps"][1]["cookie"], "0x2");
    EXPECT_EQ(document["receivers"][0]["port"], "p2");
    EXPECT_TRUE(document["receivers"][0]["refused"].is_null());
    EXPECT_EQ(document["drop_reason"], "");
}

} // namespace
} // namespace bvs::daemon
