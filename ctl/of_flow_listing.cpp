// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_flow_listing.h"

#include "ofagent/text/duration.h"
#include "ofagent/text/match.h"

#include <algorithm>
#include <array>

namespace bvs::ctl {

using model::FlowStats;

namespace {

bool by_table(const FlowStats &one, const FlowStats &other) {
    if (one.table != other.table)
        return one.table < other.table;
    if (one.priority != other.priority)
        return one.priority > other.priority;
    return one.match.words() < other.match.words();
}

struct Order {
    std::string_view name;
    bool (*before)(const FlowStats &one, const FlowStats &other);
};

constexpr auto k_orders = std::to_array<Order>({
    {"priority", by_table},
    {"table", by_table},
    {"packets",
     [](const FlowStats &one, const FlowStats &other) {
         return one.counters.packets > other.counters.packets;
     }},
    {"bytes", [](const FlowStats &one,
                 const FlowStats &other) { return one.counters.bytes > other.counters.bytes; }},
    {"duration",
     [](const FlowStats &one, const FlowStats &other) { return one.duration < other.duration; }},
    {"cookie",
     [](const FlowStats &one, const FlowStats &other) { return one.cookie < other.cookie; }},
});

// Counters that OpenFlow does not know in this case are all ones.
Cell counter(std::uint64_t count) {
    if (count == ~0ULL)
        return Cell("?", "null");
    return Cell(count).with(count == 0 ? Tone::faint : Tone::plain);
}

Cell seconds(std::chrono::nanoseconds time) {
    Cell cell(text::format_duration(std::chrono::floor<std::chrono::milliseconds>(time)),
              fmt::format("{:.3f}", std::chrono::duration<double>(time).count()));
    cell.is_number = true;
    return cell;
}

std::vector<Cell> row_of(const FlowStats &flow, bool statistics, const text::Style &style) {
    std::vector<Cell> row{flow.table, flow.priority, text::format(flow.match, style.ports),
                          text::format(flow.instructions, style)};
    if (statistics) {
        row.push_back(counter(flow.counters.packets));
        row.push_back(counter(flow.counters.bytes));
        row.push_back(seconds(flow.duration));
    }
    Cell cookie(fmt::format("{:#x}", flow.cookie), fmt::format("{}", flow.cookie));
    cookie.is_number = true;
    row.push_back(std::move(cookie));
    for (unsigned number : {flow.idle_timeout, flow.hard_timeout, flow.importance})
        row.push_back(Cell(number).with(number == 0 ? Tone::faint : Tone::plain));
    return row;
}

} // namespace

Result<> sort_flows(std::vector<FlowStats> &flows, std::string_view rules_by) {
    const auto order = std::ranges::find(k_orders, rules_by, &Order::name);
    if (order == k_orders.end())
        return fail("--rules-by={} is none of priority, table, packets, bytes, duration, cookie",
                    rules_by);
    std::ranges::sort(flows, by_table);
    std::ranges::stable_sort(flows, order->before);
    return {};
}

void list_flows(Output &output, const std::vector<FlowStats> &flows, text::Detail detail,
                const text::Style &style) {
    const bool statistics = detail == text::Detail::statistics;
    Table table{{"table", "priority", "match", "actions"}, {}};
    if (statistics)
        table.headings.insert(table.headings.end(), {"packets", "bytes", "duration"});
    table.headings.insert(table.headings.end(),
                          {"cookie", "idle_timeout", "hard_timeout", "importance"});
    for (const auto &flow : flows) {
        output.text += ' ' + text::format(flow, detail, style) + '\n';
        table.rows.push_back(row_of(flow, statistics, style));
    }
    output.table = std::move(table);
}

} // namespace bvs::ctl
