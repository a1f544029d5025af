// SPDX-License-Identifier: Apache-2.0
#include "ctl/top_sample.h"

#include "ctl/moment.h"

#include <algorithm>
#include <map>

namespace bvs::ctl {

namespace {

// ---- from counters to rates -------------------------------------------------------------------

// Objects of an array by what names them.
class Known {
  public:
    Known(const Json &array, std::span<const char *const> names) : names_(names) {
        for (const auto &object : array)
            objects_[key(object)] = &object;
    }

    const Json &like(const Json &object) const {
        static const Json null;
        const auto found = objects_.find(key(object));
        return found == objects_.end() ? null : *found->second;
    }

  private:
    std::string key(const Json &object) const {
        std::string key;
        for (const auto *name : names_)
            key += member(object, name).dump() + ' ';
        return key;
    }

    std::span<const char *const> names_;
    std::map<std::string, const Json *> objects_;
};

struct Growth {
    double seconds;

    double of(const Json &before, const Json &now, const char *counter) const {
        if (!member(before, counter).is_number())
            return 0;
        return std::max(real(now, counter) - real(before, counter), 0.0) / seconds;
    }
};

Json port_rates(const TopSample &before, const TopSample &now, Growth growth) {
    constexpr std::array k_names{"bridge", "interface", "number"};
    const Known known(before.ports, k_names);
    auto all = Json::array();
    for (const auto &port : now.ports) {
        const auto &old = known.like(port);
        const auto rate = [&](const char *counter) { return growth.of(old, port, counter); };
        all.push_back({{"bridge", word(port, "bridge")},
                       {"port", word(port, "interface")},
                       {"up", truth(port, "up")},
                       {"rx_packets_per_second", rate("rx_packets")},
                       {"rx_bits_per_second", rate("rx_bytes") * 8},
                       {"tx_packets_per_second", rate("tx_packets")},
                       {"tx_bits_per_second", rate("tx_bytes") * 8},
                       {"drops_per_second", rate("rx_dropped") + rate("tx_dropped")},
                       {"rx_packets", number(port, "rx_packets")},
                       {"tx_packets", number(port, "tx_packets")}});
    }
    return all;
}

// A reason that was not there before has not occurred.
Json drop_rates(const TopSample &before, const TopSample &now, Growth growth) {
    constexpr std::array k_names{"bridge", "port", "reason"};
    const Known known(before.drops, k_names);
    auto all = Json::array();
    for (const auto &drop : now.drops) {
        const auto &old = known.like(drop);
        all.push_back(
            {{"bridge", word(drop, "bridge")},
             {"port", word(drop, "port")},
             {"side", word(drop, "side")},
             {"reason", word(drop, "reason")},
             {"per_second", growth.of(old.is_null() ? Json{{"count", 0}} : old, drop, "count")},
             {"count", number(drop, "count")},
             {"explanation", word(drop, "explanation")}});
    }
    return all;
}

Json flow_rates(const TopSample &before, const TopSample &now, Growth growth) {
    constexpr std::array k_names{"trajectory", "actions"};
    auto all = Json::array();
    for (const auto &bridge : member(now.trajectories, "bridges")) {
        Json old_ones = Json::array();
        for (const auto &old : member(before.trajectories, "bridges"))
            if (word(old, "bridge") == word(bridge, "bridge"))
                old_ones = member(old, "trajectories");
        const Known known(old_ones, k_names);
        for (const auto &flow : member(bridge, "trajectories")) {
            const auto &old = known.like(flow);
            all.push_back({{"bridge", word(bridge, "bridge")},
                           {"packets_per_second", growth.of(old, flow, "packets")},
                           {"bits_per_second", growth.of(old, flow, "bytes") * 8},
                           {"packets", number(flow, "packets")},
                           {"flow", word(flow, "flow")},
                           {"actions", word(flow, "actions")}});
        }
    }
    return all;
}

Json bridge_rates(const TopSample &before, const TopSample &now, Growth growth) {
    constexpr std::array k_names{"bridge"};
    const auto &old_ones = member(before.totals, "bridges");
    const Known known(old_ones, k_names);
    auto all = Json::array();
    for (const auto &bridge : member(now.totals, "bridges")) {
        auto shown = bridge;
        shown["packet_ins_per_second"] = growth.of(known.like(bridge), bridge, "packet_ins");
        all.push_back(std::move(shown));
    }
    return all;
}

Json cache_rates(const TopSample &before, const TopSample &now, Growth growth) {
    const auto &old = member(before.totals, "cache"), &cache = member(now.totals, "cache");
    const auto hits = growth.of(old, cache, "hits"), misses = growth.of(old, cache, "misses");
    return {{"hits_per_second", hits},
            {"misses_per_second", misses},
            {"unkept_per_second", growth.of(old, cache, "unkept")},
            {"hit_percent", hits + misses > 0 ? Json(100 * hits / (hits + misses)) : Json(nullptr)},
            {"entries", number(cache, "entries")},
            {"capacity", number(cache, "capacity")}};
}

double sum(const Json &array, const char *name) {
    double sum = 0;
    for (const auto &object : array)
        sum += real(object, name);
    return sum;
}

// ---- from rates to cells ----------------------------------------------------------------------

Cell rate_cell(const Json &object, const char *name, std::string_view unit = {}) {
    const auto value = real(object, name);
    Cell cell(scaled(value, unit), fmt::format("{:.1f}", value));
    cell.is_number = true;
    return cell;
}

Cell bad_rate_cell(const Json &object, const char *name) {
    return rate_cell(object, name).with(real(object, name) > 0 ? Tone::bad : Tone::plain);
}

Table ports_table(const Json &rates) {
    Table table{{"bridge", "port", "up", "rx packets/s", "rx rate", "tx packets/s", "tx rate",
                 "drops/s", "rx packets", "tx packets"},
                {}};
    for (const auto &port : member(rates, "ports")) {
        const bool up = truth(port, "up");
        table.rows.push_back({word(port, "bridge"), word(port, "port"),
                              Cell(up ? "up" : "down").with(up ? Tone::good : Tone::bad),
                              rate_cell(port, "rx_packets_per_second"),
                              rate_cell(port, "rx_bits_per_second", "bit/s"),
                              rate_cell(port, "tx_packets_per_second"),
                              rate_cell(port, "tx_bits_per_second", "bit/s"),
                              bad_rate_cell(port, "drops_per_second"), number(port, "rx_packets"),
                              number(port, "tx_packets")});
    }
    return table;
}

Table flows_table(const Json &rates) {
    Table table{{"bridge", "packets/s", "rate", "packets", "flow", "actions"}, {}};
    for (const auto &flow : member(rates, "flows"))
        table.rows.push_back({word(flow, "bridge"), rate_cell(flow, "packets_per_second"),
                              rate_cell(flow, "bits_per_second", "bit/s"), number(flow, "packets"),
                              word(flow, "flow"), word(flow, "actions")});
    return table;
}

Table drops_table(const Json &rates) {
    Table table{{"bridge", "port", "side", "reason", "drops/s", "drops", "explanation"}, {}};
    for (const auto &drop : member(rates, "drops"))
        table.rows.push_back({word(drop, "bridge"), word(drop, "port"), word(drop, "side"),
                              word(drop, "reason"), bad_rate_cell(drop, "per_second"),
                              number(drop, "count"), word(drop, "explanation")});
    return table;
}

Table cache_table(const Json &rates) {
    Table table{{"bridge", "rules", "groups", "meters", "cache entries", "MACs", "packet-ins/s"},
                {}};
    for (const auto &bridge : member(rates, "bridges"))
        table.rows.push_back({word(bridge, "bridge"), number(bridge, "rules"),
                              number(bridge, "groups"), number(bridge, "meters"),
                              number(bridge, "cache_entries"), number(bridge, "fdb_entries"),
                              rate_cell(bridge, "packet_ins_per_second")});
    return table;
}

} // namespace

Result<TopSample> take_top_sample(Daemon &daemon) {
    TopSample sample{.time = std::chrono::steady_clock::now()};
    struct Part {
        const char *method;
        Json TopSample::*place;
    };
    for (const auto &[method, place] :
         {Part{"bvs/ports", &TopSample::ports}, Part{"bvs/drops", &TopSample::drops},
          Part{"bvs/trajectories", &TopSample::trajectories},
          Part{"bvs/totals", &TopSample::totals}}) {
        auto document = daemon.call_json(method, {});
        if (!document)
            return std::unexpected(document.error());
        sample.*place = std::move(*document);
    }
    return sample;
}

Json top_rates(const TopSample &before, const TopSample &now) {
    const Growth growth{
        std::max(std::chrono::duration<double>(now.time - before.time).count(), 1e-6)};
    return {{"seconds", growth.seconds},
            {"version", word(now.totals, "version")},
            {"uptime_seconds", real(now.totals, "uptime_seconds")},
            {"cpu_percent", 100 * growth.of(before.totals, now.totals, "cpu_seconds")},
            {"resident_bytes", number(now.totals, "resident_bytes")},
            {"ports", port_rates(before, now, growth)},
            {"bridges", bridge_rates(before, now, growth)},
            {"cache", cache_rates(before, now, growth)},
            {"drops", drop_rates(before, now, growth)},
            {"flows", flow_rates(before, now, growth)}};
}

Table top_table(const Json &rates, TopView view) {
    switch (view) {
    case TopView::ports:
        return ports_table(rates);
    case TopView::flows:
        return flows_table(rates);
    case TopView::drops:
        return drops_table(rates);
    case TopView::cache:
        return cache_table(rates);
    }
    return {};
}

std::string top_summary(const Json &rates) {
    const auto &ports = member(rates, "ports"), &bridges = member(rates, "bridges");
    const auto &cache = member(rates, "cache");
    const auto all = [&](const char *name, std::string_view unit) {
        return scaled(sum(ports, name), unit);
    };
    const auto share = member(cache, "hit_percent");
    return fmt::format(
        "bvsd {}, up {}, {:.1f} % of a CPU, {}; bridges: {}, ports: {}, rules: {:.0f}, MACs: "
        "{:.0f}\n"
        "in {} ({}/s), out {} ({}/s), dropped {}/s\ncache: {} hits of {}/s, {} of {} entries\n",
        word(rates, "version"), duration(static_cast<std::int64_t>(real(rates, "uptime_seconds"))),
        real(rates, "cpu_percent"), scaled(real(rates, "resident_bytes"), "B"), bridges.size(),
        ports.size(), sum(bridges, "rules"), sum(bridges, "fdb_entries"),
        all("rx_bits_per_second", "bit/s"), all("rx_packets_per_second", "packets"),
        all("tx_bits_per_second", "bit/s"), all("tx_packets_per_second", "packets"),
        scaled(sum(member(rates, "drops"), "per_second"), "packets"),
        share.is_number() ? fmt::format("{:.1f} %", share.get<double>()) : "no",
        scaled(real(cache, "hits_per_second") + real(cache, "misses_per_second"), "packets"),
        number(cache, "entries"), number(cache, "capacity"));
}

} // namespace bvs::ctl
