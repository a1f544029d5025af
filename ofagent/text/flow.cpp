// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/flow.h"

#include "ofagent/text/duration.h"
#include "ofagent/text/match.h"
#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>

namespace bvs::text {

using model::FlowCommand;
using model::FlowFilter;
using model::FlowFlags;
using model::FlowMod;

namespace {

constexpr std::uint16_t k_default_priority = 0x8000;

struct FlagName {
    std::string_view name;
    bool FlowFlags::*flag;
};
constexpr auto k_flags = std::to_array<FlagName>({{"send_flow_rem", &FlowFlags::send_removed},
                                                  {"check_overlap", &FlowFlags::check_overlap},
                                                  {"reset_counts", &FlowFlags::reset_counts},
                                                  {"no_packet_counts", &FlowFlags::no_packets},
                                                  {"no_byte_counts", &FlowFlags::no_bytes}});

constexpr auto k_statistics =
    std::to_array<std::string_view>({"duration", "n_packets", "n_bytes", "idle_age", "hard_age"});

struct CommandName {
    std::string_view name;
    FlowCommand command;
};
constexpr auto k_commands =
    std::to_array<CommandName>({{"add", FlowCommand::add},
                                {"modify", FlowCommand::modify},
                                {"modify_strict", FlowCommand::modify_strict},
                                {"delete", FlowCommand::remove},
                                {"delete_strict", FlowCommand::remove_strict}});

struct Cookie {
    std::uint64_t value = 0;
    std::optional<std::uint64_t> mask;
};

std::optional<std::uint64_t> parse_cookie_part(std::string_view text) {
    return text == "-1" ? ~0ULL : parse_number(text, ~0ULL);
}

Result<Cookie> parse_cookie(std::string_view text) {
    const auto halves = split(text, "/");
    const auto value = parse_cookie_part(halves ? halves->before : text);
    const auto mask = halves ? parse_cookie_part(halves->after) : std::optional<std::uint64_t>(0);
    if (!value || !mask)
        return fail("invalid cookie \"{}\": expected VALUE, or VALUE/MASK to look for one", text);
    return Cookie{*value, halves ? mask : std::nullopt};
}

// Words by which flows are looked for; both a FlowMod and a FlowFilter have what they set.
template <class Made>
Result<bool> take_selection(Made &to, const Word &word, const Ports &ports) {
    Result<> done;
    if (word.key == "table")
        done = assign(to.table, number_of<std::uint8_t>("table", word.value));
    else if (word.key == "out_port")
        done = assign(to.out_port, parse_port(word.value, ports));
    else if (word.key == "out_group")
        done = assign(to.out_group, number_of<std::uint32_t>("out_group", word.value));
    else
        return std::ranges::find(k_statistics, word.key) != k_statistics.end();
    if (!done)
        return std::unexpected(done.error());
    return true;
}

std::unexpected<Error> unknown(const Word &word) {
    return fail("unknown keyword \"{}\": expected a field of ovs-fields(7) or another word that "
                "ovs-ofctl(8) knows here",
                word.key);
}

bool removal(FlowCommand command) {
    return command == FlowCommand::remove || command == FlowCommand::remove_strict;
}

// What stands before the actions of a flow.
class FlowReader {
  public:
    FlowReader(FlowCommand command, const Ports &ports)
        : ports_(ports), match_(ports), adds_(command == FlowCommand::add),
          removes_(removal(command)) {
        mod_.command = command;
        mod_.table = adds_ ? 0 : model::k_all_tables;
    }

    Result<> take(const Word &word);
    Result<FlowMod> finish();

  private:
    Result<bool> take_own(const Word &word);
    Result<bool> take_content(const Word &word);
    Result<> take_cookie(std::string_view text);

    const Ports &ports_;
    MatchReader match_;
    bool adds_, removes_;
    FlowMod mod_;
};

// Without a mask it is the flow's cookie, with one the flows to look for.
Result<> FlowReader::take_cookie(std::string_view text) {
    const auto cookie = parse_cookie(text);
    if (!cookie)
        return std::unexpected(cookie.error());
    if (adds_ && cookie->mask)
        return fail("cookie \"{}\": flow additions cannot use a cookie mask", text);
    if (removes_ && !cookie->mask)
        return fail("cookie \"{}\": cannot set the cookie of flows to be removed; cookie={}/-1 "
                    "looks for it",
                    text, text);
    if (!adds_ && !cookie->mask) {
        mod_.new_cookie = cookie->value;
        return {};
    }
    mod_.cookie = cookie->value;
    mod_.cookie_mask = cookie->mask.value_or(0);
    return {};
}

// What a flow consists of besides its match.
Result<bool> FlowReader::take_content(const Word &word) {
    if (const auto row = std::ranges::find(k_flags, word.key, &FlagName::name);
        row != k_flags.end()) {
        mod_.flags.*row->flag = true;
        return true;
    }
    Result<> done;
    if (word.key == "idle_timeout")
        done = assign(mod_.idle_timeout, number_of<std::uint16_t>(word.key, word.value));
    else if (word.key == "hard_timeout")
        done = assign(mod_.hard_timeout, number_of<std::uint16_t>(word.key, word.value));
    else if (word.key == "importance")
        done = assign(mod_.importance, number_of<std::uint16_t>(word.key, word.value));
    else
        return false;
    if (!done)
        return std::unexpected(done.error());
    return true;
}

Result<bool> FlowReader::take_own(const Word &word) {
    Result<> done;
    if (word.key == "cookie")
        done = take_cookie(word.value);
    else if (word.key == "priority" && mod_.command != FlowCommand::remove)
        done = assign(mod_.priority, number_of<std::uint16_t>(word.key, word.value));
    else
        return removes_ ? false : take_content(word);
    if (!done)
        return std::unexpected(done.error());
    return true;
}

Result<> FlowReader::take(const Word &word) {
    const bool of_removal = word.key == "out_port" || word.key == "out_group";
    auto taken = of_removal && !removes_ ? Result<bool>(false) : take_selection(mod_, word, ports_);
    if (taken && !*taken)
        taken = take_own(word);
    if (taken && !*taken)
        taken = match_.take(word);
    if (!taken)
        return std::unexpected(taken.error());
    return *taken ? Result<>() : unknown(word);
}

Result<FlowMod> FlowReader::finish() {
    auto match = match_.finish();
    if (!match)
        return std::unexpected(match.error());
    mod_.match = std::move(*match);
    return std::move(mod_);
}

} // namespace

Result<FlowMod> parse_flow_mod(std::string_view text, FlowCommand command, const Ports &ports) {
    const auto place = removal(command) ? text.size() : std::min(text.find("action"), text.size());
    const auto actions = split(text.substr(place), "=");
    if (!removal(command) && !actions)
        return fail("\"{}\" must specify an action: expected actions=ACTION,... at its end", text);
    FlowReader reader(command, ports);
    Scanner scanner(text.substr(0, place));
    while (const auto word = scanner.next())
        if (const auto done = reader.take(*word); !done)
            return std::unexpected(done.error());
    auto mod = reader.finish();
    if (!mod || !actions)
        return mod;
    auto instructions = parse_instructions(actions->after, mod->match, ports);
    if (!instructions)
        return std::unexpected(instructions.error());
    mod->instructions = std::move(*instructions);
    return mod;
}

Result<FlowMod> parse_flow_line(std::string_view text, const Ports &ports) {
    text = trim(text);
    const auto name = text.substr(0, text.find_first_of(" \t"));
    const auto row = std::ranges::find(k_commands, name, &CommandName::name);
    if (row == k_commands.end())
        return parse_flow_mod(text, FlowCommand::add, ports);
    return parse_flow_mod(text.substr(name.size()), row->command, ports);
}

Result<FlowFilter> parse_flow_filter(std::string_view text, const Ports &ports) {
    FlowFilter filter;
    MatchReader match(ports);
    Scanner scanner(text);
    while (const auto word = scanner.next()) {
        auto taken = take_selection(filter, *word, ports);
        if (word->key == "cookie") {
            const auto cookie = parse_cookie(word->value);
            if (!cookie)
                return std::unexpected(cookie.error());
            filter.cookie = cookie->value;
            filter.cookie_mask = cookie->mask.value_or(~0ULL);
            continue;
        }
        if (taken && !*taken)
            taken = match.take(*word);
        if (!taken)
            return std::unexpected(taken.error());
        if (!*taken)
            return unknown(*word);
    }
    auto fields = match.finish();
    if (!fields)
        return std::unexpected(fields.error());
    filter.match = std::move(*fields);
    return filter;
}

std::string format(const model::FlowStats &flow, Detail detail, const Style &style) {
    const bool statistics = detail == Detail::statistics;
    std::string out;
    const auto add = [&out](std::string_view name, const auto &value) {
        out += fmt::format("{}={}, ", name, value);
    };
    if (statistics || flow.cookie)
        add("cookie", fmt::format("{:#x}", flow.cookie));
    if (statistics)
        add("duration", format_duration(flow.duration));
    if (statistics || flow.table)
        add("table", flow.table);
    if (statistics) {
        add("n_packets", flow.counters.packets);
        add("n_bytes", flow.counters.bytes);
    }
    if (flow.idle_timeout)
        add("idle_timeout", flow.idle_timeout);
    if (flow.hard_timeout)
        add("hard_timeout", flow.hard_timeout);
    for (const auto &[name, flag] : k_flags)
        if (flow.flags.*flag)
            out += fmt::format("{} ", name);
    if (flow.importance)
        add("importance", flow.importance);
    if (statistics && flow.idle.count() >= 0)
        add("idle_age", flow.idle.count());
    const auto age = std::chrono::duration_cast<std::chrono::seconds>(flow.duration);
    if (statistics && flow.hard_age.count() >= 0 && flow.hard_age != age)
        add("hard_age", flow.hard_age.count());
    auto match = format(flow.match, style.ports);
    if (flow.priority != k_default_priority)
        match = fmt::format("priority={}{}{}", flow.priority, match.empty() ? "" : ",", match);
    return out + match + (match.empty() ? "" : " ") + "actions=" + format(flow.instructions, style);
}

} // namespace bvs::text
