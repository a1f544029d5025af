// SPDX-License-Identifier: Apache-2.0
#include "ctl/help.h"

#include "ctl/command_line.h"

#include <sstream>

namespace bvs::ctl {

namespace {

constexpr std::size_t k_indent = 30; // where summaries begin

// A summary beside what it is about, or below where that is too long.
void entry(std::string &out, std::string_view left, std::string_view summary) {
    if (left.size() + 4 <= k_indent)
        out += fmt::format("  {:<{}}{}\n", left, k_indent - 2, summary);
    else
        out += fmt::format("  {}\n{:{}}{}\n", left, "", k_indent, summary);
}

std::string words(std::string_view name, std::string_view arguments) {
    return arguments.empty() ? std::string(name) : fmt::format("{} {}", name, arguments);
}

void options_entry(std::string &out, const ToolOption &option) {
    if (option.summary.empty())
        return;
    auto left = option.letter ? fmt::format("-{}, {}", option.letter, option.name)
                              : fmt::format("    {}", option.name);
    if (!option.value.empty())
        left += fmt::format("={}", option.value);
    entry(out, left, option.summary);
}

std::string usage(const Verb &verb) {
    std::string text = "bvsctl";
    for (const auto &option : option_names(verb.options))
        text += option.takes_value() ? fmt::format(" [{}={}]", option.name, option.value)
                                     : fmt::format(" [{}]", option.name);
    return text + " " + words(verb.name, verb.arguments);
}

} // namespace

std::string help(bool colour) {
    std::string out = "bvsctl configures the BPF Virtual Switch and says how it is.\n\n"
                      "Usage: bvsctl [OPTION...] COMMAND [ARGUMENT...] [-- COMMAND ...]...\n\n"
                      "Commands joined by -- are one transaction. 'bvsctl help COMMAND' tells "
                      "more, with examples.\n";
    for (const auto &group : verb_groups()) {
        out += fmt::format("\n{}\n", bold(group.title, colour));
        for (const auto &verb : group.verbs)
            entry(out, words(verb.name, verb.arguments), verb.summary);
    }
    out += fmt::format("\n{}\n", bold("Options", colour));
    for (const auto &option : tool_options())
        options_entry(out, option);
    return out;
}

std::string help(const Verb &verb, bool colour) {
    auto out =
        fmt::format("{}\n\n  {}\n\n{}\n", bold(verb.name, colour), verb.summary, usage(verb));
    if (std::holds_alternative<DatabaseRun>(verb.run))
        out += "\nCan be joined with others by -- into one transaction.\n";
    out += fmt::format("\n{}\n", bold("Examples", colour));
    std::istringstream examples{std::string(verb.examples)};
    for (std::string line; std::getline(examples, line);)
        out += "  bvsctl " + line + '\n';
    return out;
}

} // namespace bvs::ctl
