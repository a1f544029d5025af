// SPDX-License-Identifier: Apache-2.0
//
// bvs_bench: one measurement a call, for bench/run. The result is a line of JSON.
#include "bench/tools/answers.h"
#include "bench/tools/forward.h"
#include "bench/tools/pipeline_cost.h"
#include "bench/tools/program_cost.h"
#include "bench/tools/redirect.h"
#include "bench/tools/round_trip.h"
#include "bench/tools/service_cost.h"
#include "bench/tools/small_packets.h"
#include "bench/tools/tunnel_cost.h"
#include "bench/tools/tunnel_crowd.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <functional>

namespace {

using namespace bvs;
using Measure = std::function<Result<std::string>()>;

struct Options {
    bench::AnswersOptions answers;
    bench::ForwardOptions forward;
    bench::ProgramCostOptions program_cost;
    bench::PipelineCostOptions pipeline_cost;
    bench::RedirectOptions redirect;
    bench::RoundTripOptions round_trip;
    bench::ServiceCostOptions service_cost;
    bench::SmallPacketsOptions small_packets;
    bench::TunnelCostOptions tunnel_cost;
    bench::TunnelCrowdOptions tunnel_crowd;
};

// The two verbs that send from one namespace to another take the same options.
template <class Between>
void add_between(CLI::App &verb, Between &options) {
    verb.add_option("--from", options.from)->required();
    verb.add_option("--to", options.to)->required();
    verb.add_option("--address", options.address)->required();
    verb.add_option("--seconds", options.seconds);
}

void add_forward(CLI::App &verb, bench::ForwardOptions &options) {
    verb.add_option("--port-netns", options.port_netns)->required();
    verb.add_option("--port", options.port)->required();
    verb.add_option("--sink-netns", options.sink_netns)->required();
    verb.add_option("--sink", options.sink)->required();
    verb.add_option("--pin-dir", options.pin_dir)->required();
    verb.add_option("--packets", options.packets);
    verb.add_option("--bursts", options.bursts);
    verb.add_flag("--new-flows", options.new_flows);
}

void add_redirect(CLI::App &verb, bench::RedirectOptions &options) {
    verb.add_option("--netns", options.netns)->required();
    verb.add_option("--one", options.one)->required();
    verb.add_option("--other", options.other)->required();
    verb.add_option("--pin-dir", options.pin_dir)->required();
    verb.add_flag("--to-peer", options.to_peer);
}

void add_answers(CLI::App &verb, bench::AnswersOptions &options) {
    verb.add_option("--from", options.from)->required();
    verb.add_option("--address", options.address)->required();
    verb.add_option("--seconds", options.seconds);
    verb.add_flag("--first", options.first);
}

// The two verbs that measure programs by themselves take the same options.
template <class ByThemselves>
void add_program_cost(CLI::App &verb, ByThemselves &options) {
    verb.add_option("--rounds", options.rounds);
    verb.add_option("--packets", options.packets);
}

void add_pipeline_cost(CLI::App &verb, bench::PipelineCostOptions &options) {
    verb.add_option("--netns", options.netns)->required();
    verb.add_option("--port", options.port)->required();
    verb.add_option("--program", options.program)->required();
    verb.add_option("--rounds", options.rounds);
    verb.add_option("--packets", options.packets);
    verb.add_option("--new-flows", options.new_flows);
}

void add_tunnel_cost(CLI::App &verb, bench::TunnelCostOptions &options) {
    verb.add_option("--netns", options.netns)->required();
    verb.add_option("--port", options.port)->required();
    verb.add_option("--program", options.program)->required();
    verb.add_option("--from", options.from)->required();
    verb.add_option("--here", options.here)->required();
    verb.add_option("--there", options.there)->required();
    verb.add_option("--peer-netns", options.peer_netns)->required();
    verb.add_option("--underlay", options.underlay)->required();
    verb.add_option("--underlay-mac", options.underlay_mac)->required();
    verb.add_option("--underlay-program", options.underlay_program)->required();
    verb.add_option("--rounds", options.rounds);
    verb.add_option("--packets", options.packets);
}

void add_tunnel_crowd(CLI::App &verb, bench::TunnelCrowdOptions &options) {
    verb.add_option("--netns", options.netns)->required();
    verb.add_option("--port", options.port)->required();
    verb.add_option("--guest", options.guest)->required();
    verb.add_option("--program", options.program)->required();
    verb.add_option("--underlay", options.underlay)->required();
    verb.add_option("--underlay-mac", options.underlay_mac)->required();
    verb.add_option("--underlay-program", options.underlay_program)->required();
    verb.add_option("--local", options.local)->required();
    verb.add_option("--remote", options.remote)->required();
    verb.add_option("--tunnels", options.tunnels);
    verb.add_option("--addresses", options.addresses);
    verb.add_option("--rounds", options.rounds);
}

CLI::App *add_verb(CLI::App &app, const char *name, const char *about, Measure &chosen,
                   Measure measure) {
    auto *verb = app.add_subcommand(name, about);
    verb->callback([&chosen, measure = std::move(measure)] { chosen = measure; });
    return verb;
}

void add_verbs(CLI::App &app, Options &o, Measure &chosen) {
    const auto verb = [&](const char *name, const char *about, Measure measure) -> CLI::App & {
        return *add_verb(app, name, about, chosen, std::move(measure));
    };
    add_between(verb("round-trip", "Request and response over TCP",
                     [&o] { return bench::round_trip(o.round_trip); }),
                o.round_trip);
    add_between(verb("small-packets", "UDP datagrams of 18 bytes",
                     [&o] { return bench::small_packets(o.small_packets); }),
                o.small_packets);
    add_forward(verb("forward", "Cost of a forwarded packet on one CPU",
                     [&o] { return bench::forward(o.forward); }),
                o.forward);
    add_answers(verb("answers", "An echo request every millisecond",
                     [&o] { return bench::answers(o.answers); }),
                o.answers);
    add_program_cost(verb("program-cost", "Cost of the BPF programs by themselves",
                          [&o] { return bench::program_cost(o.program_cost); }),
                     o.program_cost);
    add_program_cost(verb("service-cost", "Cost of a bridge's services",
                          [&o] { return bench::service_cost(o.service_cost); }),
                     o.service_cost);
    add_pipeline_cost(verb("pipeline-cost", "Cost of OpenFlow's tables in a bvsd that runs",
                           [&o] { return bench::pipeline_cost(o.pipeline_cost); }),
                      o.pipeline_cost);
    add_tunnel_cost(verb("tunnel-cost", "Cost of wrapping and unwrapping in two bvsd that run",
                         [&o] { return bench::tunnel_cost(o.tunnel_cost); }),
                    o.tunnel_cost);
    add_tunnel_crowd(verb("tunnel-crowd", "Many addresses behind many tunnels of a bvsd that runs",
                          [&o] { return bench::tunnel_crowd(o.tunnel_crowd); }),
                     o.tunnel_crowd);
    add_redirect(verb("redirect", "Join two netdevs by a bare redirect",
                      [&o]() -> Result<std::string> {
                          if (auto joined = bench::redirect(o.redirect); !joined)
                              return std::unexpected(joined.error());
                          return "{}";
                      }),
                 o.redirect);
}

} // namespace

int main(int argc, char **argv) {
    CLI::App app("One measurement a call; bench/run makes a comparison of them.");
    Options options;
    Measure chosen;
    add_verbs(app, options, chosen);
    app.require_subcommand(1);
    CLI11_PARSE(app, argc, argv);
    const auto result = chosen();
    if (!result) {
        fmt::print(stderr, "bvs_bench: {}\n", result.error().message);
        return 1;
    }
    fmt::print("{}\n", *result);
    return 0;
}
