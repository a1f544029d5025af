// SPDX-License-Identifier: Apache-2.0
#include "switch/qos_commands.h"

#include "switch/port_table.h"
#include "switch/shaping.h"
#include "switch/unixctl.h"

#include <iterator>

namespace bvs::daemon {

namespace {

std::string describe(const LiveQueue &queue, model::QosType type) {
    std::string text;
    const auto out = std::back_inserter(text);
    if (queue.number)
        fmt::format_to(out, "\nQueue {}:\n", queue.number);
    else
        text += "\nDefault:\n";
    if (type == model::QosType::htb)
        fmt::format_to(out, "  burst: {}\n", queue.settings.burst);
    if (type == model::QosType::htb && queue.settings.priority)
        fmt::format_to(out, "  priority: {}\n", queue.settings.priority);
    fmt::format_to(out, "  min-rate: {}\n  max-rate: {}\n", queue.settings.min_rate,
                   queue.settings.max_rate);
    fmt::format_to(out, "  tx_packets: {}\n  tx_bytes: {}\n  tx_errors: {}\n",
                   queue.counters.packets, queue.counters.bytes, queue.counters.drops);
    return text;
}

Result<std::string> show(PortTable &table, Shaping &shaping, const std::string &interface) {
    if (!table.port(interface))
        return fail("no such interface");
    const auto *qos = shaping.applied(interface);
    if (!qos)
        return fmt::format("QoS not configured on {}\n", interface);
    auto text = fmt::format("QoS: {} {}\n", interface, model::to_string(qos->type));
    if (qos->max_rate)
        text += fmt::format("max-rate: {}\n", qos->max_rate);
    for (const auto &[name, value] : qos->parameters)
        text += fmt::format("{}: {}\n", name, value);
    for (const auto &queue : shaping.queues(interface))
        text += describe(queue, qos->type);
    return text;
}

Result<std::string> show_types(PortTable &table, const std::string &interface) {
    if (!table.port(interface))
        return fail("no such interface");
    std::string text;
    for (const auto type : model::qos_types())
        text += fmt::format("QoS type: {}\n", model::to_string(type));
    return text;
}

} // namespace

void add_qos_commands(Commands &commands, PortTable &table, Shaping &shaping) {
    commands.add("qos/show", "interface", 1, 1,
                 [&](Arguments arguments) { return show(table, shaping, arguments[0]); });
    commands.add("qos/show-types", "interface", 1, 1,
                 [&table](Arguments arguments) { return show_types(table, arguments[0]); });
}

} // namespace bvs::daemon
