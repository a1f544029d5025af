// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_changes.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using model::PortConfig;
using model::PortDescription;

namespace {

struct ConfigName {
    std::string_view name; // of the bit that is set; "no-" before it or not is the other
    std::string_view on, off;
    bool PortConfig::*bit;
};
constexpr auto k_config = std::to_array<ConfigName>({
    {"down", "down", "up", &PortConfig::down},
    {"no-receive", "no-receive", "receive", &PortConfig::no_receive},
    {"no-flood", "no-flood", "flood", &PortConfig::no_flood},
    {"no-forward", "no-forward", "forward", &PortConfig::no_forward},
    {"no-packet-in", "no-packet-in", "packet-in", &PortConfig::no_packet_in},
});

// Each at its bit of enum ofp_port_features.
constexpr auto k_features = std::to_array<std::string_view>(
    {"10Mb-HD", "10Mb-FD", "100Mb-HD", "100Mb-FD", "1Gb-HD", "1Gb-FD", "10Gb-FD", "40Gb-FD",
     "100Gb-FD", "1Tb-FD", "other", "copper", "fiber", "auto-negotiation", "pause", "pause-asym"});

std::string config_words(const PortConfig &config) {
    std::vector<std::string_view> words;
    for (const auto &one : k_config)
        if (config.*one.bit)
            words.push_back(one.name);
    return fmt::format("{}", fmt::join(words, " "));
}

std::string feature_words(std::uint32_t bits) {
    std::vector<std::string_view> words;
    for (std::size_t bit = 0; bit < k_features.size(); bit++)
        if (bits & 1U << bit)
            words.push_back(k_features[bit]);
    return fmt::format("{}", fmt::join(words, " "));
}

Cell state_cell(const model::PortState &state) {
    if (state.link_down)
        return Cell("link down").with(Tone::bad);
    return Cell(state.blocked ? "blocked" : "up").with(state.blocked ? Tone::bad : Tone::good);
}

Cell speed_cell(std::uint32_t kbps) {
    Cell cell(kbps ? fmt::format("{} Mbit/s", kbps / 1000) : "", fmt::format("{}", kbps));
    cell.is_number = true;
    return cell;
}

Cell port_cell(std::uint32_t port) {
    Cell cell(text::format_port(port, text::nameless()), fmt::format("{}", port));
    cell.is_number = true;
    return cell;
}

std::string mac_text(const std::array<std::uint8_t, 6> &mac) {
    return fmt::format("{:02x}", fmt::join(mac, ":"));
}

// The port of argument 1, by number or name; nothing: any.
Result<std::uint32_t> which_port(const OpenFlowContext &context) {
    const auto said = context.optional_argument(1);
    if (said.empty())
        return model::port::any;
    auto port = text::parse_port(said, context.ports);
    if (!port && context.ports.error())
        return std::unexpected(*context.ports.error());
    return port;
}

Result<> dump_ports_desc(OpenFlowContext &context) {
    const auto which = which_port(context);
    if (!which)
        return std::unexpected(which.error());
    auto ports = describe_ports(context.peer);
    if (!ports)
        return std::unexpected(ports.error());
    std::ranges::sort(*ports, {}, &PortDescription::number);
    Table table{{"port", "name", "address", "state", "config", "speed", "current"}, {}};
    for (const auto &port : *ports)
        if (*which == model::port::any || *which == port.number)
            table.rows.push_back({port_cell(port.number), port.name, mac_text(port.address),
                                  state_cell(port.state), config_words(port.config),
                                  speed_cell(port.speed_kbps), feature_words(port.current)});
    context.output.print_table(std::move(table));
    return {};
}

// A device need not count everything.
Cell counter(std::uint64_t count, bool bad = false) {
    if (count == ~0ULL)
        return Cell("?", "null");
    return Cell(count).with(bad && count > 0 ? Tone::bad : Tone::plain);
}

Result<> dump_ports(OpenFlowContext &context) {
    const auto which = which_port(context);
    if (!which)
        return std::unexpected(which.error());
    auto ports = context.peer.list(wire::PortStatsRequest{*which}, &wire::PortStatsReply::ports);
    if (!ports)
        return std::unexpected(ports.error());
    std::ranges::sort(*ports, {}, &model::PortStats::number);
    Table table{{"port", "name", "rx_packets", "rx_bytes", "rx_dropped", "rx_errors", "tx_packets",
                 "tx_bytes", "tx_dropped", "tx_errors", "seconds"},
                {}};
    for (const auto &port : *ports)
        table.rows.push_back(
            {port_cell(port.number), context.ports.name(port.number), counter(port.rx_packets),
             counter(port.rx_bytes), counter(port.rx_dropped, true), counter(port.rx_errors, true),
             counter(port.tx_packets), counter(port.tx_bytes), counter(port.tx_dropped, true),
             counter(port.tx_errors, true),
             std::chrono::duration_cast<std::chrono::seconds>(port.duration).count()});
    context.output.print_table(std::move(table));
    return {};
}

Result<> mod_port(OpenFlowContext &context) {
    const auto which = which_port(context);
    if (!which)
        return std::unexpected(which.error());
    const auto &action = context.argument(2);
    const auto row = std::ranges::find_if(
        k_config, [&](const ConfigName &one) { return action == one.on || action == one.off; });
    if (row == k_config.end())
        return fail("\"{}\" is none of up, down, receive, no-receive, flood, no-flood, forward, "
                    "no-forward, packet-in, no-packet-in",
                    action);
    auto ports = describe_ports(context.peer);
    if (!ports)
        return std::unexpected(ports.error());
    const auto port = std::ranges::find(*ports, *which, &PortDescription::number);
    if (port == ports->end())
        return fail("the bridge has no port {}; 'bvsctl dump-ports-desc {}' lists them",
                    context.argument(1), context.argument(0));
    model::PortMod mod{.number = port->number, .address = port->address};
    mod.config.*row->bit = action == row->on;
    mod.mask.*row->bit = true;
    return apply(context.peer, {{mod, {context.argument(1) + " " + action, ""}}}, Together::no);
}

Result<> queue_stats(OpenFlowContext &context) {
    const auto which = which_port(context);
    if (!which)
        return std::unexpected(which.error());
    auto queues =
        context.peer.list(wire::QueueStatsRequest{.port = *which}, &wire::QueueStatsReply::queues);
    if (!queues)
        return std::unexpected(queues.error());
    Table table{{"port", "queue", "tx_packets", "tx_bytes", "tx_errors"}, {}};
    for (const auto &queue : *queues)
        table.rows.push_back({port_cell(queue.port), queue.queue, counter(queue.tx_packets),
                              counter(queue.tx_bytes), counter(queue.tx_errors, true)});
    context.output.print_table(std::move(table));
    return {};
}

constexpr std::array k_verbs{
    Verb{"dump-ports-desc", "BRIDGE [PORT]", "", "print ports: number, address, state, speed",
         "dump-ports-desc br0\ndump-ports-desc br0 veth1 --format=json", Access::reads,
         OpenFlowRun{dump_ports_desc}},
    Verb{"dump-ports", "BRIDGE [PORT]", "", "print what ports carried",
         "dump-ports br0\ndump-ports br0 1 --watch 1", Access::reads, OpenFlowRun{dump_ports}},
    Verb{"mod-port", "BRIDGE PORT ACTION", "",
         "switch a port up or down, receive, forward, packet-in or no-receive ...",
         "mod-port br0 veth1 down\nmod-port br0 1 no-packet-in", Access::writes,
         OpenFlowRun{mod_port}},
    Verb{"queue-stats", "BRIDGE [PORT]", "", "print what queues of ports sent", "queue-stats br0",
         Access::reads, OpenFlowRun{queue_stats}},
};

} // namespace

std::span<const Verb> openflow_port_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
