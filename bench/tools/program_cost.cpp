// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/program_cost.h"

#include "bench/tools/place.h"
#include "bench/tools/rounds.h"
#include "bench/tools/test_run.h"
#include "bench/tools/yardstick.h"
#include "selftests/fixture/small_switch.h"

#include <algorithm>
#include <linux/pkt_cls.h>
#include <string_view>
#include <vector>

namespace bvs::bench {

namespace {

using fixture::Bytes;
using fixture::Frame;
using fixture::mac;
using fixture::SmallSwitch;

constexpr std::uint32_t k_few_ports = 3;
constexpr std::uint32_t k_few_addresses = 10;
constexpr std::uint32_t k_receivers = 8;
constexpr std::uint32_t k_many_ports = 1000;
constexpr std::uint32_t k_many_addresses = 10'000;
// Of the many, those that frames come from. The others are only written to the maps: a test run
// ends with the verdict, and no frame ever reaches one of them.
constexpr std::uint32_t k_plugged = 8;
constexpr std::uint32_t k_unplugged_ifindex = 1 << 20;
constexpr std::uint32_t k_nobody = 0x00ffffff;
constexpr std::uint16_t k_few_bridge = 1;
constexpr std::uint16_t k_flood_bridge = 2;
constexpr std::uint16_t k_many_bridge = 3;
constexpr std::uint16_t k_xdp_bridge = 4;

Bytes frame_to(std::uint32_t destination) {
    return Frame{.dst = mac(destination), .src = mac(0)}.bytes();
}

// Addresses in equal, contiguous shares behind consecutive ports of a bridge.
struct Population {
    std::uint16_t bridge = 0;
    std::uint32_t first_port = 0;
    std::uint32_t ports = 0;
    std::uint32_t addresses = 0;

    std::uint32_t first_of(std::uint32_t nth) const {
        return (nth * addresses + ports - 1) / ports;
    }
    yardstick_traffic to_all_others(std::uint32_t nth) const {
        const auto first = first_of(nth), end = first_of(nth + 1);
        return {.first_source = first,
                .sources = end - first,
                .first_destination = end,
                .destinations = addresses - (end - first),
                .addresses = addresses,
                .frames = 0};
    }
};

Result<> learn(SmallSwitch &s, const Population &p) {
    for (std::uint32_t nth = 0; nth < p.ports; ++nth)
        for (auto n = p.first_of(nth); n < p.first_of(nth + 1); ++n)
            if (auto added = s.maps().fdb.add({.mac = mac(n),
                                               .bridge = p.bridge,
                                               .port = p.first_port + nth,
                                               .seen = maps::Fdb::now()});
                !added)
                return added;
    return {};
}

// The first port of as many.
Result<std::uint32_t> add_ports(SmallSwitch &s, std::uint16_t bridge, std::uint32_t ports) {
    s.set_bridge(bridge, {});
    for (std::uint32_t i = 0; i < ports; ++i)
        if (auto added = s.add_port({.bridge = bridge}); !added)
            return added;
    return s.ports() - ports + 1;
}

// After the last port with a netdev.
void add_unplugged(SmallSwitch &s, std::uint16_t bridge, std::uint32_t ports) {
    for (auto number = s.ports() + 1; number <= s.ports() + ports; ++number) {
        bvs_port_entry entry = {};
        entry.ifindex = k_unplugged_ifindex + number;
        entry.bridge = bridge;
        entry.flags = BVS_PORT_UP;
        entry.max_frame = 1518;
        s.maps().ports.set(number, entry);
    }
}

// Two ports between which XDP may redirect; the first of them.
Result<std::uint32_t> add_xdp_ports(SmallSwitch &s) {
    const auto first = add_ports(s, k_xdp_bridge, 2);
    if (!first)
        return first;
    for (const auto port : {*first, *first + 1}) {
        s.set_port(port, {.bridge = k_xdp_bridge, .flags = BVS_PORT_UP | BVS_PORT_XDP});
        if (auto attached = s.datapath().attach_xdp(s.ifindex(port)); !attached)
            return std::unexpected(attached.error());
        if (auto set = s.maps().set_xdp_output(port, s.ifindex(port)); !set)
            return std::unexpected(set.error());
    }
    const Population two = {
        .bridge = k_xdp_bridge, .first_port = *first, .ports = 2, .addresses = 2};
    if (auto learned = learn(s, two); !learned)
        return std::unexpected(learned.error());
    return first;
}

// The switch with all that the cases need.
class Stage {
  public:
    static Result<std::unique_ptr<Stage>> build();

    // Frames of ever other addresses, from the first `from` ports in turn.
    Result<double> varied(const Population &p, std::uint32_t from, int program, int verdict,
                          std::uint32_t packets);

    std::uint32_t ifindex(std::uint32_t port) const { return switch_->ifindex(port); }
    int tc() const { return switch_->datapath().tc_program_fd(); }
    int xdp() const { return switch_->datapath().xdp_program_fd(); }
    int yardstick(const char *name) const { return yardstick_.program(name); }

    Population few;
    Population many;
    std::uint32_t flood_port = 0;
    std::uint32_t xdp_port = 0;

  private:
    Stage(std::unique_ptr<SmallSwitch> made, Yardstick yardstick,
          maps::Array<yardstick_traffic> traffic)
        : switch_(std::move(made)), yardstick_(std::move(yardstick)), traffic_(std::move(traffic)) {
    }
    Result<> populate();

    std::unique_ptr<SmallSwitch> switch_;
    Yardstick yardstick_;
    maps::Array<yardstick_traffic> traffic_;
};

Result<std::unique_ptr<Stage>> Stage::build() {
    const auto sandbox = fixture::Sandbox::enter();
    if (!sandbox)
        return std::unexpected(sandbox.error());
    auto made = SmallSwitch::open(*sandbox);
    if (!made)
        return std::unexpected(made.error());
    auto yardstick = Yardstick::load();
    if (!yardstick)
        return std::unexpected(yardstick.error());
    auto traffic = yardstick->traffic();
    if (!traffic)
        return std::unexpected(traffic.error());
    std::unique_ptr<Stage> stage(
        new Stage(std::move(*made), std::move(*yardstick), std::move(*traffic)));
    if (auto populated = stage->populate(); !populated)
        return std::unexpected(populated.error());
    return stage;
}

Result<> Stage::populate() {
    const auto of_few = add_ports(*switch_, k_few_bridge, k_few_ports);
    const auto of_flood = add_ports(*switch_, k_flood_bridge, 1 + k_receivers);
    const auto of_xdp = add_xdp_ports(*switch_);
    const auto of_many = add_ports(*switch_, k_many_bridge, k_plugged); // the last: more follow
    for (const auto &first : {of_few, of_flood, of_xdp, of_many})
        if (!first)
            return std::unexpected(first.error());
    add_unplugged(*switch_, k_many_bridge, k_many_ports - k_plugged);
    few = {k_few_bridge, *of_few, k_few_ports, k_few_addresses};
    many = {k_many_bridge, *of_many, k_many_ports, k_many_addresses};
    flood_port = *of_flood;
    xdp_port = *of_xdp;
    if (auto learned = learn(*switch_, few); !learned)
        return learned;
    return learn(*switch_, many);
}

Result<double> Stage::varied(const Population &p, std::uint32_t from, int program, int verdict,
                             std::uint32_t packets) {
    if (auto measured = yardstick_.measure(program); !measured)
        return std::unexpected(measured.error());
    double sum = 0;
    for (std::uint32_t nth = 0; nth < from; ++nth) {
        traffic_.set(0, p.to_all_others(nth));
        const auto cost = nanoseconds({.program = yardstick_.program("bench_vary"),
                                       .ifindex = switch_->ifindex(p.first_port + nth),
                                       .verdict = verdict,
                                       .frame = frame_to(k_nobody)},
                                      packets / from);
        if (!cost)
            return cost;
        sum += *cost;
    }
    return sum / from;
}

std::vector<Cost> costs_of(Stage &s, std::uint32_t packets) {
    const auto repeated = [packets](const TestRun &run) {
        return [packets, run] { return nanoseconds(run, packets); };
    };
    const auto varied = [&s, packets](const Population &p, std::uint32_t from, int program,
                                      int verdict) {
        return [&s, packets, p, from, program, verdict] {
            return s.varied(p, from, program, verdict, packets);
        };
    };
    const TestRun empty = {.program = s.yardstick("bench_empty"),
                           .ifindex = s.ifindex(s.few.first_port),
                           .verdict = TC_ACT_OK,
                           .frame = frame_to(k_nobody)};
    const TestRun known = {.program = s.tc(),
                           .ifindex = empty.ifindex,
                           .verdict = TC_ACT_REDIRECT,
                           .frame = frame_to(k_few_addresses - 1)};
    const TestRun flood = {.program = s.tc(),
                           .ifindex = s.ifindex(s.flood_port),
                           .verdict = TC_ACT_REDIRECT,
                           .frame = frame_to(k_nobody)};
    const TestRun xdp_empty = {.program = s.yardstick("bench_inject"),
                               .xdp = true,
                               .ifindex = s.ifindex(s.xdp_port),
                               .verdict = XDP_PASS,
                               .frame = frame_to(k_nobody)};
    const TestRun xdp_hit = {.program = s.xdp(),
                             .xdp = true,
                             .ifindex = xdp_empty.ifindex,
                             .verdict = XDP_REDIRECT,
                             .frame = frame_to(1)};
    return {{"empty", repeated(empty)},
            {"known", repeated(known)},
            {"flood", repeated(flood)},
            {"xdp_empty", repeated(xdp_empty)},
            {"xdp_hit", repeated(xdp_hit)},
            {"vary_empty", varied(s.many, 1, empty.program, TC_ACT_OK)},
            {"vary_few", varied(s.few, 1, s.tc(), TC_ACT_REDIRECT)},
            {"vary_many", varied(s.many, k_plugged, s.tc(), TC_ACT_REDIRECT)}};
}

} // namespace

Result<std::string> program_cost(const ProgramCostOptions &options) {
    const auto stage = Stage::build();
    if (!stage)
        return std::unexpected(stage.error());
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());
    return in_rounds(costs_of(**stage, options.packets), options.rounds, 2);
}

} // namespace bvs::bench
