// SPDX-License-Identifier: Apache-2.0
#include "switch/trace_commands.h"

#include "ofagent/text/match.h"
#include "switch/tracer.h"
#include "switch/unixctl.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace bvs::daemon {

using nlohmann::json;

namespace {

// Hexadecimal digits, with blanks, points and colons between them as tools print them.
Result<model::Bytes> parse_packet(const std::string &text) {
    std::string digits;
    for (const char c : text)
        if (!std::string_view(" .:\n").contains(c))
            digits += c;
    model::Bytes bytes;
    for (std::size_t at = 0; at + 2 <= digits.size(); at += 2) {
        std::uint8_t byte = 0;
        const auto *end = digits.data() + at + 2;
        if (std::from_chars(digits.data() + at, end, byte, 16).ptr != end)
            break;
        bytes.push_back(byte);
    }
    if (bytes.size() * 2 != digits.size() || bytes.empty())
        return fail("\"{}\" is no packet: expected pairs of hexadecimal digits", text);
    return bytes;
}

template <class T>
Result<T> parse_number(const std::string &text) {
    T number = 0;
    const auto *end = text.data() + text.size();
    if (std::from_chars(text.data(), end, number).ptr != end || text.empty())
        return fail("\"{}\" is no number", text);
    return number;
}

// BRIDGE FLOW [PACKET]
Result<Tracer::Told> run(Tracer &tracer, Arguments arguments) {
    const auto match = text::parse_match(arguments[1], text::nameless());
    if (!match)
        return std::unexpected(match.error());
    std::optional<model::Bytes> frame;
    if (arguments.size() > 2) {
        auto parsed = parse_packet(arguments[2]);
        if (!parsed)
            return std::unexpected(parsed.error());
        frame = std::move(*parsed);
    }
    return tracer.trace(arguments[0], *match, frame);
}

// That a packet is to be made is what happens anyway.
Result<std::string> ofproto_trace(Tracer &tracer, Arguments given) {
    std::vector<std::string> arguments;
    for (const auto &argument : given) {
        if (argument == "-generate" || argument == "--generate")
            continue;
        if (argument.starts_with('-'))
            return fail("unsupported option {}: only -generate is known", argument);
        arguments.push_back(argument);
    }
    if (arguments.size() < 2 || arguments.size() > 3)
        return fail("expected a bridge and a flow as ovs-ofctl writes it, as in br0 "
                    "in_port=1,tcp,tp_dst=80, and perhaps a packet in hexadecimal digits");
    const auto told = run(tracer, arguments);
    if (!told)
        return std::unexpected(told.error());
    return trace_text(told->trace, told->texts);
}

Result<std::string> one(Tracer &tracer, Arguments arguments) {
    const auto told = run(tracer, arguments);
    if (!told)
        return std::unexpected(told.error());
    return trace_json(told->trace, told->texts).dump();
}

Result<std::string> start(Tracer &tracer, Arguments arguments) {
    const auto match = text::parse_match(arguments[1], text::nameless());
    if (!match)
        return std::unexpected(match.error());
    const auto packets = parse_number<std::uint64_t>(arguments[2]);
    if (!packets)
        return std::unexpected(packets.error());
    const auto client = tracer.start(arguments[0], *match, *packets);
    if (!client)
        return std::unexpected(client.error());
    return json{{"client", *client}}.dump();
}

Result<std::string> take(Tracer &tracer, Arguments arguments) {
    const auto client = parse_number<std::uint32_t>(arguments[0]);
    if (!client)
        return std::unexpected(client.error());
    const auto found = tracer.take(*client);
    if (!found)
        return std::unexpected(found.error());
    json traces = json::array();
    for (const auto &[trace, texts] : found->traces)
        traces.push_back(trace_json(trace, texts));
    return json{{"traces", std::move(traces)}, {"done", found->done}}.dump();
}

Result<std::string> stop(Tracer &tracer, Arguments arguments) {
    const auto client = parse_number<std::uint32_t>(arguments[0]);
    if (!client)
        return std::unexpected(client.error());
    if (auto stopped = tracer.stop(*client); !stopped)
        return std::unexpected(stopped.error());
    return "{}";
}

} // namespace

void add_trace_commands(Commands &commands, Tracer &tracer) {
    const auto add = [&](const char *name, const char *usage, std::size_t least, std::size_t most,
                         Result<std::string> (*answer)(Tracer &, Arguments)) {
        commands.add(name, usage, least, most,
                     [&tracer, answer](Arguments arguments) { return answer(tracer, arguments); });
    };
    add("ofproto/trace", "bridge br_flow [-generate|packet]", 1, Commands::k_any_number,
        ofproto_trace);
    add("bvs/trace", "bridge flow [packet]", 2, 3, one);
    add("bvs/trace-start", "bridge flow packets", 3, 3, start);
    add("bvs/trace-take", "client", 1, 1, take);
    add("bvs/trace-stop", "client", 1, 1, stop);
}

} // namespace bvs::daemon
