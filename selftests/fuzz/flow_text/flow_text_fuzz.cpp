// SPDX-License-Identifier: Apache-2.0
//
// Whatever somebody writes as a flow, a group or a meter: what is understood is printed so that it
// is understood again, and then printed as the same; the match remains the same rule.
#include "ofagent/text/flow.h"
#include "ofagent/text/group.h"
#include "ofagent/text/match.h"
#include "ofagent/text/meter.h"

#include <cstdlib>

namespace {

using namespace bvs;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

void try_flow(std::string_view text) {
    const auto flow = text::parse_flow_line(text, text::nameless());
    if (!flow)
        return;
    const auto match = text::format(flow->match, text::nameless());
    const auto match_again = text::parse_match(match, text::nameless());
    claim(match_again && match_again->words() == flow->match.words());
    for (const bool old : {false, true}) {
        const text::Style style{.openflow10 = old};
        const auto actions = text::format(flow->instructions, style);
        const auto again = text::parse_instructions(actions, flow->match, text::nameless());
        claim(again && text::format(*again, style) == actions);
    }
}

void try_group(std::string_view text) {
    using model::GroupDescription;
    const auto group = text::parse_group_mod(text, model::GroupCommand::add, text::nameless());
    if (!group)
        return;
    const auto print = [](const model::GroupMod &mod) {
        return text::format(GroupDescription{mod.group, mod.type, mod.buckets, mod.properties}, {});
    };
    const auto again =
        text::parse_group_mod(print(*group), model::GroupCommand::add, text::nameless());
    claim(again && print(*again) == print(*group));
}

void try_meter(std::string_view text) {
    const auto meter = text::parse_meter_mod(text, model::MeterCommand::add);
    if (!meter)
        return;
    const auto again = text::parse_meter_mod(text::format(meter->config), model::MeterCommand::add);
    claim(again && *again == *meter);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    (void)text::parse_flow_filter(text, text::nameless());
    try_flow(text);
    try_group(text);
    try_meter(text);
    return 0;
}
