// SPDX-License-Identifier: Apache-2.0
#include "ctl/moment.h"
#include "ctl/of_bundle_line.h"
#include "ctl/of_changes.h"
#include "ctl/of_message_text.h"
#include "ofagent/text/flow.h"
#include "ofagent/text/packet_out.h"
#include "ofagent/text/scan.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace bvs::ctl {

namespace {

using Clock = std::chrono::steady_clock;

Result<> packet_out(OpenFlowContext &context) {
    const auto lines = lines_of(context.argument(1));
    if (!lines)
        return std::unexpected(lines.error());
    auto packets =
        parse_changes(context, *lines, [&](const std::string &text) -> Result<wire::Body> {
            return text::parse_packet_out(text, context.ports);
        });
    if (!packets)
        return std::unexpected(packets.error());
    return apply(context.peer, *packets, Together::no);
}

Result<> bundle(OpenFlowContext &context) {
    const auto lines = read_lines(context.argument(1));
    if (!lines)
        return std::unexpected(lines.error());
    auto changes = parse_changes(context, *lines, [&](const std::string &text) {
        return parse_bundle_line(text, context.ports);
    });
    if (!changes)
        return std::unexpected(changes.error());
    return apply(context.peer, *changes, Together::bundle);
}

// Prints messages for as long as they come.
Result<> print_messages(OpenFlowContext &context) {
    for (;;) {
        auto message = context.peer.receive();
        if (!message)
            return std::unexpected(message.error());
        const auto now =
            std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
                .count();
        const auto name = message_name(message->body);
        const auto details = message_details(message->body, context.style);
        Output output{.text = fmt::format("{} {} xid={:#x}{}{}\n", clock_time(now), name,
                                          message->xid, details.empty() ? "" : ": ", details)};
        output.table = Table{
            {"time", "message", "xid", "details"},
            {{Cell(clock_time(now), fmt::format("{:.6f}", now)), name, message->xid, details}}};
        context.print_now(output);
    }
}

// watch:!initial,!add,!delete,!modify,!own and words of a flow, as ovs-ofctl(8) has it.
Result<wire::FlowMonitorRequest> parse_watch(std::string_view text, const text::Ports &ports) {
    enum : std::uint16_t { initial = 1, add = 2, removed = 4, modify = 8, actions = 16, own = 64 };
    struct Name {
        std::string_view name;
        std::uint16_t flag;
    };
    constexpr auto k_names = std::to_array<Name>(
        {{"!initial", initial}, {"!add", add}, {"!delete", removed}, {"!modify", modify}});
    wire::FlowMonitorRequest request{.monitor = 1,
                                     .flags = initial | add | removed | modify | actions};
    std::string rest;
    text::Scanner scanner(text);
    while (const auto word = scanner.next()) {
        const auto row = std::ranges::find(k_names, word->whole, &Name::name);
        if (row != k_names.end())
            request.flags = static_cast<std::uint16_t>(request.flags & ~row->flag);
        else if (word->whole == "!actions")
            request.flags = static_cast<std::uint16_t>(request.flags & ~actions);
        else if (word->whole == "own")
            request.flags |= own;
        else
            rest += fmt::format("{},", word->whole);
    }
    auto filter = text::parse_flow_filter(rest, ports);
    if (!filter)
        return std::unexpected(filter.error());
    request.filter = std::move(*filter);
    return request;
}

Result<> start_watching(OpenFlowContext &context, std::string_view text) {
    auto request = parse_watch(text, context.ports);
    if (!request)
        return std::unexpected(request.error());
    auto sent = context.peer.send(wire::FlowMonitorStart{{std::move(*request)}});
    return sent ? Result<>() : std::unexpected(sent.error());
}

// Packets come only to one who says how much of them he wants.
Result<> monitor(OpenFlowContext &context) {
    constexpr std::string_view k_watch = "watch:";
    std::uint16_t bytes = 0xffff;
    for (std::size_t i = 1; i < context.command.arguments.size(); i++) {
        const std::string_view word = context.argument(i);
        if (word.starts_with(k_watch)) {
            if (auto done = start_watching(context, word.substr(k_watch.size())); !done)
                return done;
            continue;
        }
        const auto number = text::number_of<std::uint16_t>("MISS_LEN", word);
        if (!number)
            return std::unexpected(number.error());
        bytes = *number;
    }
    auto sent = context.peer.send(wire::SetConfig{{.miss_send_len = bytes}});
    if (!sent)
        return std::unexpected(sent.error());
    return print_messages(context);
}

Result<> snoop(OpenFlowContext &context) {
    return print_messages(context);
}

Result<double> echo(OpenFlowClient &peer) {
    model::Bytes data(64);
    const auto begun = Clock::now();
    auto reply = peer.ask_for<wire::EchoReply>(wire::EchoRequest{data});
    if (!reply)
        return std::unexpected(reply.error());
    if (reply->data != data)
        return fail("the answer to the echo request brings other bytes than were sent");
    return std::chrono::duration<double, std::milli>(Clock::now() - begun).count();
}

Result<> ping(OpenFlowContext &context) {
    auto milliseconds = echo(context.peer);
    if (!milliseconds)
        return std::unexpected(milliseconds.error());
    const auto version = version_name(context.peer.dialect().version);
    context.output.text = fmt::format("{} answers in {}, after {:.3f} ms\n", context.argument(0),
                                      version, *milliseconds);
    context.output.table =
        Table{{"bridge", "protocol", "milliseconds"},
              {{context.argument(0), version,
                Cell(fmt::format("{:.3f}", *milliseconds), fmt::format("{:.3f}", *milliseconds))}}};
    return {};
}

Result<> probe(OpenFlowContext &context) {
    auto milliseconds = echo(context.peer);
    return milliseconds ? Result<>() : std::unexpected(milliseconds.error());
}

constexpr std::array k_verbs{
    Verb{"bundle", "BRIDGE FILE", "",
         "carry out a file of flows, groups and packet-outs, all or none",
         "bundle br0 changes.txt\nbundle br0 -", Access::writes, OpenFlowRun{bundle}},
    Verb{"packet-out", "BRIDGE PACKET", "", "have the bridge send a packet",
         "packet-out br0 in_port=CONTROLLER,packet=ffffffffffff0200000000010806,actions=flood",
         Access::writes, OpenFlowRun{packet_out}},
    Verb{"monitor", "BRIDGE [MISS_LEN] [watch:FLOW...]", "--names --no-names",
         "print packets for controllers and what else the bridge tells, or changes of flows",
         "monitor br0\nmonitor br0 128 --format=json\nmonitor br0 watch:table=0,!initial",
         Access::writes, OpenFlowRun{monitor}},
    Verb{"snoop", "BRIDGE", "", "print what the bridge and its controllers tell each other",
         "snoop br0", Access::reads, OpenFlowRun{.run = snoop, .overhears = true}},
    Verb{"ping", "BRIDGE", "", "print how long the bridge takes to answer",
         "ping br0\nping tcp:192.0.2.1:6653 --timeout=3", Access::reads, OpenFlowRun{ping}},
    Verb{"probe", "BRIDGE", "", "say nothing if the bridge answers", "probe br0", Access::reads,
         OpenFlowRun{probe}},
};

} // namespace

std::span<const Verb> packet_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
