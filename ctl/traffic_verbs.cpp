// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"
#include "ctl/moment.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace bvs::ctl {

namespace {

using Clock = std::chrono::steady_clock;

struct Sample {
    Clock::time_point time;
    Json ports; // as bvs/ports has them
};

// Those of the array whose bridge, port or interface is among the names; all if none is given. A
// name that fits nothing is an error.
Result<Json> choose(const Json &all, const std::vector<std::string> &names,
                    std::span<const char *const> members) {
    if (names.empty())
        return all;
    auto chosen = Json::array();
    std::vector<std::string> missing = names;
    for (const auto &object : all) {
        bool wanted = false;
        for (const auto *name : members)
            if (auto value = word(object, name); std::ranges::find(names, value) != names.end()) {
                wanted = true;
                std::erase(missing, value);
            }
        if (wanted)
            chosen.push_back(object);
    }
    if (!missing.empty())
        return fail("no port named {}; 'bvsctl stats' lists them", missing.front());
    return chosen;
}

Cell drops_cell(std::int64_t count) {
    return Cell(count).with(count > 0 ? Tone::bad : Tone::plain);
}

Table totals(const Json &ports) {
    Table table{{"bridge", "port", "up", "rx packets", "rx bytes", "rx drops", "tx packets",
                 "tx bytes", "tx drops", "MACs", "error"},
                {}};
    for (const auto &port : ports) {
        bool up = truth(port, "up");
        table.rows.push_back({word(port, "bridge"), word(port, "interface"),
                              Cell(up ? "up" : "down").with(up ? Tone::good : Tone::bad),
                              number(port, "rx_packets"), number(port, "rx_bytes"),
                              drops_cell(number(port, "rx_dropped")), number(port, "tx_packets"),
                              number(port, "tx_bytes"), drops_cell(number(port, "tx_dropped")),
                              number(port, "macs"), Cell(word(port, "error")).with(Tone::bad)});
    }
    return table;
}

const Json *same_port(const Json &ports, const Json &port) {
    auto found = std::ranges::find_if(ports, [&](const Json &other) {
        return word(other, "bridge") == word(port, "bridge") &&
               word(other, "interface") == word(port, "interface");
    });
    return found == ports.end() ? nullptr : &*found;
}

Table rates(const Sample &before, const Sample &now) {
    Table table{{"bridge", "port", "rx packets/s", "rx rate", "tx packets/s", "tx rate", "drops/s"},
                {}};
    double seconds = std::chrono::duration<double>(now.time - before.time).count();
    for (const auto &port : now.ports) {
        auto *old = same_port(before.ports, port);
        auto rate = [&](const char *name) {
            auto grown = old ? number(port, name) - number(*old, name) : 0;
            return static_cast<double>(std::max<std::int64_t>(grown, 0)) / seconds;
        };
        auto cell = [](double value, std::string_view unit) {
            Cell shown(scaled(value, unit), fmt::format("{:.1f}", value));
            shown.is_number = true;
            return shown;
        };
        auto drops = rate("rx_dropped") + rate("tx_dropped");
        table.rows.push_back({word(port, "bridge"), word(port, "interface"),
                              cell(rate("rx_packets"), ""), cell(rate("rx_bytes") * 8, "bit/s"),
                              cell(rate("tx_packets"), ""), cell(rate("tx_bytes") * 8, "bit/s"),
                              cell(drops, "").with(drops > 0 ? Tone::bad : Tone::plain)});
    }
    return table;
}

Result<> stats(DaemonContext &context) {
    constexpr std::array k_members{"port", "interface"};
    auto all = context.daemon.call_json("bvs/ports", {});
    if (!all)
        return std::unexpected(all.error());
    auto ports = choose(*all, context.command.arguments, k_members);
    if (!ports)
        return std::unexpected(ports.error());
    Sample now{Clock::now(), std::move(*ports)};
    if (auto *before = std::any_cast<Sample>(&context.memory)) {
        context.output.print_table(rates(*before, now));
    } else {
        context.output.print_table(totals(now.ports));
        context.output.json = pretty(now.ports);
    }
    context.memory = std::move(now);
    return {};
}

Table drops_table(const Json &drops) {
    Table table{{"bridge", "port", "side", "reason", "count", "explanation"}, {}};
    for (const auto &drop : drops)
        table.rows.push_back({word(drop, "bridge"), word(drop, "port"), word(drop, "side"),
                              word(drop, "reason"), drops_cell(number(drop, "count")),
                              word(drop, "explanation")});
    return table;
}

Table samples_table(const Json &samples) {
    Table table{{"time", "bridge", "port", "reason", "length", "from", "flow"}, {}};
    for (const auto &sample : samples)
        table.rows.push_back({clock_time(real(sample, "time")), word(sample, "bridge"),
                              word(sample, "port"), word(sample, "reason"),
                              number(sample, "length"), word(sample, "in_port"),
                              word(sample, "flow")});
    return table;
}

// A bridge or port that is not among the drops may just have none.
Json only(const Json &all, const std::vector<std::string> &names) {
    auto chosen = Json::array();
    for (const auto &object : all)
        if (names.empty() || names.front() == word(object, "bridge") ||
            names.front() == word(object, "port"))
            chosen.push_back(object);
    return chosen;
}

Result<> drops(DaemonContext &context) {
    bool samples = context.command.has("--samples");
    auto all = context.daemon.call_json(samples ? "bvs/drop-samples" : "bvs/drops", {});
    if (!all)
        return std::unexpected(all.error());
    auto chosen = only(*all, context.command.arguments);
    context.output.print_table(samples ? samples_table(chosen) : drops_table(chosen));
    context.output.json = pretty(chosen);
    return {};
}

constexpr std::array k_verbs{
    Verb{"stats", "[PORT...]", "", "print what ports carried; with --watch, rates",
         "stats\nstats veth1 veth2 --watch 1\nstats --format=json", Access::reads,
         DaemonRun{stats}},
    Verb{"drops", "[BRIDGE|PORT]", "--samples",
         "print which packets were dropped and why; or the latest of them",
         "drops\ndrops veth1\ndrops --samples", Access::reads, DaemonRun{drops}},
};

} // namespace

std::span<const Verb> traffic_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
