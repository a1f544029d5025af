// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_context.h"
#include "ctl/printer.h"
#include "ctl/run.h"

#include <thread>
#include <unistd.h>

namespace bvs::ctl {

namespace {

constexpr std::uint16_t k_openflow_port = 6653;

// As ovs-ofctl does: people like names, programs numbers.
bool wants_names(const Command &command) {
    return command.has("--names") || (!command.has("--no-names") && isatty(STDOUT_FILENO) == 1);
}

} // namespace

Result<net::Endpoint> find_bridge(const Options &options, const std::string &target,
                                  std::string_view socket) {
    if (target.find(':') != target.npos)
        return net::parse_endpoint(target, k_openflow_port);
    const bool path = target.find('/') != target.npos;
    return net::Endpoint{.address = path ? target
                                         : fmt::format("{}/{}.{}", options.rundir, target, socket)};
}

OpenFlowSettings openflow_settings(const Options &options) {
    return {.versions = options.versions, .timeout = options.timeout, .tls = options.tls};
}

Result<int> run_on_bridge(const OpenFlowRun &verb, const CommandLine &line, Printer &printer) {
    const auto &command = line.commands.front();
    if (line.options.dry_run && command.verb->access == Access::writes)
        return fail("--dry-run is for commands on the database; '{}' would change the bridge",
                    command.verb->name);
    auto endpoint =
        find_bridge(line.options, command.arguments.front(), verb.overhears ? "snoop" : "mgmt");
    if (!endpoint)
        return std::unexpected(endpoint.error());
    const auto settings = openflow_settings(line.options);
    auto peer = verb.overhears ? OpenFlowClient::overhear(*endpoint, settings)
                               : OpenFlowClient::connect(*endpoint, settings);
    if (!peer)
        return std::unexpected(peer.error());
    const BridgePorts ports(**peer);
    const text::Style style{.ports =
                                wants_names(command) && !verb.overhears ? ports : text::nameless(),
                            .openflow10 = (*peer)->dialect().version == wire::Version::of10};
    auto print_now = [&](const Output &output) {
        printer.print(output);
        printer.flush();
    };
    for (;;) {
        OpenFlowContext context{line.options, command, **peer, ports, style, print_now};
        if (auto done = verb.run(context); !done)
            return std::unexpected(done.error());
        if (line.options.watch)
            printer.begin_round();
        print_now(context.output);
        if (!line.options.watch)
            return 0;
        std::this_thread::sleep_for(*line.options.watch);
    }
}

} // namespace bvs::ctl
