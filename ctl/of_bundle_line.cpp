// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_bundle_line.h"

#include "ofagent/text/flow.h"
#include "ofagent/text/group.h"
#include "ofagent/text/packet_out.h"
#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using model::GroupCommand;

namespace {

struct CommandName {
    std::string_view name;
    GroupCommand command;
};
constexpr auto k_commands =
    std::to_array<CommandName>({{"add", GroupCommand::add},
                                {"modify", GroupCommand::modify},
                                {"add_or_mod", GroupCommand::add_or_modify},
                                {"delete", GroupCommand::remove},
                                {"insert_bucket", GroupCommand::insert},
                                {"remove_bucket", GroupCommand::remove_bucket}});

std::string_view first_word(std::string_view line) {
    return line.substr(0, line.find_first_of(" \t"));
}

Result<wire::Body> as_body(auto parsed) {
    if (!parsed)
        return std::unexpected(parsed.error());
    return std::move(*parsed);
}

} // namespace

Result<wire::Body> parse_group_line(std::string_view line, const text::Ports &ports) {
    line = text::trim(line);
    const auto name = first_word(line);
    const auto row = std::ranges::find(k_commands, name, &CommandName::name);
    if (row == k_commands.end())
        return as_body(text::parse_group_mod(line, GroupCommand::add, ports));
    return as_body(text::parse_group_mod(line.substr(name.size()), row->command, ports));
}

Result<wire::Body> parse_bundle_line(std::string_view line, const text::Ports &ports) {
    line = text::trim(line);
    const auto kind = first_word(line);
    const auto rest = line.substr(kind.size());
    if (kind == "flow")
        return as_body(text::parse_flow_line(rest, ports));
    if (kind == "group")
        return parse_group_line(rest, ports);
    if (kind == "packet-out")
        return as_body(text::parse_packet_out(rest, ports));
    return fail("\"{}\" begins with none of flow, group, packet-out", line);
}

} // namespace bvs::ctl
