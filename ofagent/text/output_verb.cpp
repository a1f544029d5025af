// SPDX-License-Identifier: Apache-2.0
//
// Actions that say where a packet goes, or what it counts for there.
#include "ofagent/text/scan.h"
#include "ofagent/text/subfield.h"
#include "ofagent/text/verb.h"

#include <array>

namespace bvs::text {

namespace action = model::action;
namespace port = model::port;
using model::Action;

namespace {

using Parsed = Result<Action>;

// An action that consists of a number.
template <class Made, auto member>
Parsed numbered(std::string_view argument, const ActionContext &) {
    Made made;
    using Number = std::remove_reference_t<decltype(made.*member)>;
    const auto number = number_of<Number>("number", argument);
    if (!number)
        return std::unexpected(number.error());
    made.*member = *number;
    return made;
}

Parsed output(std::string_view argument, const ActionContext &context) {
    if (argument.contains('='))
        return fail("truncated output is not supported; expected a port or a field");
    if (const auto number = find_port(argument, context.ports))
        return action::Output{*number, *number == port::controller ? model::k_no_buffer_bytes
                                                                   : std::uint16_t{0}};
    if (const auto field = parse_subfield(argument))
        return action::OutputField{*field, model::k_no_buffer_bytes};
    return fail("output to unknown port \"{}\"; expected a port's number or name, or a field",
                argument);
}

Result<std::uint8_t> parse_reason(std::string_view name) {
    constexpr auto k_names = std::to_array<std::string_view>(
        {"no_match", "action", "invalid_ttl", "action_set", "group", "packet_out"});
    for (std::size_t i = 0; i < k_names.size(); ++i)
        if (name == k_names[i])
            return static_cast<std::uint8_t>(i);
    return fail("unknown reason \"{}\": expected one of {}", name, fmt::join(k_names, ", "));
}

Result<> take_controller(action::Controller &to, const Word &word) {
    if (word.key == "max_len")
        return assign(to.max_len, number_of<std::uint16_t>(word.key, word.value));
    if (word.key == "id")
        return assign(to.id, number_of<std::uint16_t>(word.key, word.value));
    if (word.key == "reason")
        return assign(to.reason, parse_reason(word.value));
    if (word.key == "userdata" || word.key == "pause" || word.key == "meter_id")
        return fail("\"{}\" is not supported", word.key);
    return fail("unknown key \"{}\": expected max_len, reason or id", word.key);
}

Parsed controller(std::string_view argument, const ActionContext &) {
    action::Controller made;
    if (const auto length = parse_number(argument, model::k_no_buffer_bytes)) {
        made.max_len = static_cast<std::uint16_t>(*length);
    } else {
        Scanner scanner(argument);
        while (const auto word = scanner.next())
            if (const auto done = take_controller(made, *word); !done)
                return std::unexpected(done.error());
    }
    const action::Controller plain_one{.max_len = made.max_len};
    if (made == plain_one)
        return action::Output{port::controller, made.max_len};
    return made;
}

Parsed enqueue(std::string_view argument, const ActionContext &context) {
    auto halves = split(argument, ":");
    if (!halves)
        halves = split(argument, ",");
    if (!halves)
        return fail("expected enqueue:PORT:QUEUE");
    const auto number = parse_port(trim(halves->before), context.ports);
    if (!number)
        return std::unexpected(number.error());
    const auto queue = number_of<std::uint32_t>("queue", trim(halves->after));
    if (!queue)
        return std::unexpected(queue.error());
    return action::Enqueue{*number, *queue};
}

Parsed resubmit(std::string_view argument, const ActionContext &context) {
    const auto halves = split(argument, ",");
    const auto from = trim(halves ? halves->before : argument);
    const auto table = halves ? trim(halves->after) : std::string_view{};
    if (from.empty() && table.empty())
        return fail("at least one of port and table must be named: resubmit:PORT or "
                    "resubmit([PORT],[TABLE])");
    if (table.ends_with("ct"))
        return fail("resubmit with the connection's addresses (ct) is not supported");
    action::Resubmit made;
    if (!from.empty())
        if (const auto done = assign(made.in_port, parse_port(from, context.ports)); !done)
            return std::unexpected(done.error());
    if (!table.empty()) {
        const auto number = number_of<std::uint8_t>("table", table);
        if (!number)
            return std::unexpected(number.error());
        made.table = *number;
    }
    return made;
}

Parsed clone(std::string_view argument, const ActionContext &context) {
    auto actions = parse_actions(argument, context);
    if (!actions)
        return std::unexpected(actions.error());
    return action::Clone{std::move(*actions)};
}

// Two hexadecimal digits a byte, with or without points between them.
Parsed note(std::string_view argument, const ActionContext &) {
    action::Note made;
    while (!argument.empty()) {
        const auto byte = parse_number("0x" + std::string(argument.substr(0, 2)), 0xff);
        if (!byte || argument.size() < 2)
            return fail("expected bytes of two hexadecimal digits, not \"{}\"", argument);
        made.bytes.push_back(static_cast<std::uint8_t>(*byte));
        argument.remove_prefix(argument.size() > 3 && argument[2] == '.' ? 3 : 2);
    }
    return made;
}

Parsed fin_timeout(std::string_view argument, const ActionContext &) {
    action::FinTimeout made;
    Scanner scanner(argument);
    while (const auto word = scanner.next()) {
        if (word->key != "idle_timeout" && word->key != "hard_timeout")
            return fail("unknown key \"{}\": expected idle_timeout or hard_timeout", word->key);
        auto &to = word->key == "idle_timeout" ? made.idle : made.hard;
        if (const auto done = assign(to, number_of<std::uint16_t>(word->key, word->value)); !done)
            return std::unexpected(done.error());
    }
    return made;
}

Result<> take_sample(action::Sample &to, const Word &word, const Ports &ports) {
    if (word.key == "probability")
        return assign(to.probability, number_of<std::uint16_t>(word.key, word.value));
    if (word.key == "collector_set_id")
        return assign(to.collector_set, number_of<std::uint32_t>(word.key, word.value));
    if (word.key == "obs_domain_id")
        return assign(to.domain, number_of<std::uint32_t>(word.key, word.value));
    if (word.key == "obs_point_id")
        return assign(to.point, number_of<std::uint32_t>(word.key, word.value));
    if (word.key == "sampling_port")
        return assign(to.port, parse_port(word.value, ports));
    if (word.key == "ingress" || word.key == "egress") {
        to.direction = word.key == "ingress" ? action::SampleDirection::ingress
                                             : action::SampleDirection::egress;
        return {};
    }
    return fail("unknown key \"{}\": expected probability, collector_set_id, obs_domain_id, "
                "obs_point_id, sampling_port, ingress or egress",
                word.key);
}

Parsed sample(std::string_view argument, const ActionContext &context) {
    action::Sample made;
    Scanner scanner(argument);
    while (const auto word = scanner.next())
        if (const auto done = take_sample(made, *word, context.ports); !done)
            return std::unexpected(done.error());
    if (!made.probability)
        return fail("probability must be from 1 to 65535");
    return made;
}

constexpr auto k_verbs = std::to_array<Verb>({
    {"output", output},
    {"controller", controller},
    {"enqueue", enqueue},
    {"set_queue", numbered<action::SetQueue, &action::SetQueue::queue>},
    {"pop_queue", plain<action::PopQueue>},
    {"group", numbered<action::Group, &action::Group::group>},
    {"meter", numbered<action::Meter, &action::Meter::meter>},
    {"resubmit", resubmit},
    {"clone", clone},
    {"exit", plain<action::Exit>},
    {"note", note},
    {"fin_timeout", fin_timeout},
    {"sample", sample},
});

} // namespace

std::span<const Verb> output_verbs() {
    return k_verbs;
}

} // namespace bvs::text
