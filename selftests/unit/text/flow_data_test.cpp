// SPDX-License-Identifier: Apache-2.0
//
// Flows as people write them against what Open vSwitch 3.1 makes of them.
#include "ofagent/text/flow.h"
#include "selftests/unit/text/lines.h"

#include <gmock/gmock.h>

namespace {

using namespace bvs;
using model::FlowCommand;
using text::Detail;

model::FlowStats stats_of(const model::FlowMod &mod) {
    return {.table = mod.table,
            .priority = mod.priority,
            .match = mod.match,
            .instructions = mod.instructions,
            .cookie = mod.cookie,
            .idle_timeout = mod.idle_timeout,
            .hard_timeout = mod.hard_timeout,
            .flags = mod.flags,
            .importance = mod.importance};
}

std::string again(const std::string &flow, const text::Style &style) {
    const auto mod = text::parse_flow_mod(flow, FlowCommand::add, style.ports);
    return mod ? text::format(stats_of(*mod), Detail::flow, style) : mod.error().message;
}

// What is printed is read again as the same.
void expect_printed(const std::string &name, std::size_t at_least, const text::Style &style) {
    const auto lines = two_columns(name);
    EXPECT_GE(lines.size(), at_least);
    for (const auto &[written, printed] : lines) {
        EXPECT_EQ(again(written, style), printed) << written;
        EXPECT_EQ(again(printed, style), printed);
    }
}

TEST(FlowData, IsPrintedAsInOpenFlow15) {
    expect_printed("flows.txt", 300, {});
}

TEST(FlowData, IsPrintedAsInOpenFlow10) {
    expect_printed("flows10.txt", 30, {.openflow10 = true});
}

TEST(FlowData, SaysWhatIsWrong) {
    const auto lines = two_columns("refused.txt");
    EXPECT_GE(lines.size(), 70u);
    for (const auto &[written, error] : lines)
        EXPECT_THAT(again(written, {}), testing::HasSubstr(error)) << written;
}

} // namespace
