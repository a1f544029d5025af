// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"
#include "ctl/pcap.h"

#include <array>
#include <charconv>
#include <set>
#include <thread>

namespace bvs::ctl {

namespace {

constexpr std::chrono::milliseconds k_pause{200}; // between questions for live packets
constexpr std::uint64_t k_endless = 1ULL << 62;

void add_text(std::string &text, const Json &trace) {
    text += word(trace, "text") + "Verdict: " + word(trace, "verdict") + "\n";
}

Json without_text(Json trace) {
    if (trace.is_object())
        trace.erase("text");
    return trace;
}

Result<std::optional<std::uint64_t>> packet_count(const Command &command) {
    const auto text = command.option("-n");
    if (!text)
        return std::nullopt;
    std::uint64_t count = 0;
    const auto *end = text->data() + text->size();
    if (std::from_chars(text->data(), end, count).ptr != end || !count)
        return fail("-n {} is no number of packets; give 1 or more", *text);
    return count;
}

// The bridge that was named, or the only one there is.
Result<std::string> bridge_of(DaemonContext &context) {
    if (!context.command.arguments.empty())
        return context.command.arguments[0];
    auto ports = context.daemon.call_json("bvs/ports", {});
    if (!ports)
        return std::unexpected(ports.error());
    std::set<std::string> bridges;
    for (const auto &port : *ports)
        bridges.insert(word(port, "bridge"));
    if (bridges.size() != 1)
        return fail("there are {} bridges; say which one is to be traced: trace BRIDGE",
                    bridges.size());
    return *bridges.begin();
}

std::string hex(const Packet &packet) {
    std::string text;
    for (const auto byte : packet)
        text += fmt::format("{:02x}", byte);
    return text;
}

// ---- packets that somebody describes ----------------------------------------------------------

Result<Json> trace_one(DaemonContext &context, const std::optional<std::string> &packet) {
    const auto &given = context.command.arguments;
    if (given.empty())
        return fail("say which bridge and which packet: trace BRIDGE FLOW");
    std::vector<std::string> arguments{given[0], given.size() > 1 ? given[1] : ""};
    if (packet)
        arguments.push_back(*packet);
    else if (given.size() < 2)
        return fail("say what the packet is: a flow as in in_port=1,tcp,tp_dst=80, --packet=HEX or "
                    "--pcap=FILE");
    return context.daemon.call_json("bvs/trace", arguments);
}

Result<> trace_pcap(DaemonContext &context, const std::string &path) {
    const auto count = packet_count(context.command);
    if (!count)
        return std::unexpected(count.error());
    const auto packets = read_pcap_file(path);
    if (!packets)
        return std::unexpected(packets.error());
    auto documents = Json::array();
    for (const auto &packet : *packets) {
        if (*count && documents.size() == **count)
            break;
        const auto trace = trace_one(context, hex(packet));
        if (!trace)
            return fail("packet {}: {}", documents.size() + 1, trace.error().message);
        context.output.text += fmt::format("{}Packet {}, {} bytes\n", documents.empty() ? "" : "\n",
                                           documents.size() + 1, packet.size());
        add_text(context.output.text, *trace);
        documents.push_back(without_text(*trace));
    }
    context.output.json = pretty(documents);
    return {};
}

// ---- packets that pass ------------------------------------------------------------------------

void show(DaemonContext &context, const Json &trace, std::uint64_t ordinal) {
    context.output.text = fmt::format("{}Packet {}, {} bytes from {}\n", ordinal > 1 ? "\n" : "",
                                      ordinal, number(trace, "bytes"), word(trace, "port"));
    add_text(context.output.text, trace);
    context.output.json = pretty(without_text(trace));
    context.show();
}

Result<> trace_live(DaemonContext &context, const std::string &filter) {
    const auto bridge = bridge_of(context);
    if (!bridge)
        return std::unexpected(bridge.error());
    const auto count = packet_count(context.command);
    if (!count)
        return std::unexpected(count.error());
    const auto started =
        context.daemon.call_json("bvs/trace-start", {*bridge, filter == "*" ? "" : filter,
                                                     fmt::to_string(count->value_or(k_endless))});
    if (!started)
        return std::unexpected(started.error());
    const auto client = fmt::to_string(number(*started, "client"));
    for (std::uint64_t shown = 0;;) {
        const auto found = context.daemon.call_json("bvs/trace-take", {client});
        if (!found)
            return std::unexpected(found.error());
        for (const auto &trace : member(*found, "traces"))
            show(context, trace, ++shown);
        if (truth(*found, "done"))
            return {};
        std::this_thread::sleep_for(k_pause);
    }
}

Result<> trace(DaemonContext &context) {
    if (const auto filter = context.command.option("--live"))
        return trace_live(context, *filter);
    if (const auto path = context.command.option("--pcap"))
        return trace_pcap(context, *path);
    const auto trace = trace_one(context, context.command.option("--packet"));
    if (!trace)
        return std::unexpected(trace.error());
    add_text(context.output.text, *trace);
    context.output.json = pretty(without_text(*trace));
    return {};
}

constexpr std::array k_verbs{
    Verb{"trace", "[BRIDGE] [FLOW]", "--packet=HEX --pcap=FILE --live=FILTER -n=PACKETS",
         "say what a bridge does with a packet: one that is described and goes nowhere, or, with "
         "--live, those that pass and match (* for all)",
         "trace br0 in_port=1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_dst=80\n"
         "trace br0 in_port=1 --pcap=web.pcap\n"
         "trace br0 --live icmp -n 2",
         Access::reads, DaemonRun{trace}},
};

} // namespace

std::span<const Verb> trace_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
