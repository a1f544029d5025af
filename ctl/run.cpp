// SPDX-License-Identifier: Apache-2.0
#include "ctl/run.h"

#include "ctl/help.h"
#include "ctl/printer.h"

#include <algorithm>
#include <thread>

namespace bvs::ctl {

namespace {

constexpr int k_refused_status = 2; // of ovs-appctl's

bool is_database(const Command &command) {
    return std::holds_alternative<DatabaseRun>(command.verb->run);
}

Result<> check(const CommandLine &line) {
    for (const auto &command : line.commands) {
        if (line.commands.size() > 1 && !is_database(command))
            return fail("'{}' cannot be chained with other commands by \"--\"; it is not part of a "
                        "transaction",
                        command.verb->name);
        if (line.options.watch && command.verb->access == Access::writes)
            return fail("--watch repeats only what reads, and '{}' writes", command.verb->name);
    }
    return {};
}

Result<int> run_on_daemon(const DaemonRun &verb, const CommandLine &line, Printer &printer) {
    Daemon daemon(line.options.rundir, line.options.timeout);
    std::any memory;
    for (;;) {
        DaemonContext context{line.options, line.commands.front(), daemon, memory};
        context.show = [&] {
            printer.print(std::exchange(context.output, {}));
            printer.flush();
        };
        auto done = verb.run(context);
        if (!done && done.error().code == k_refused &&
            line.commands.front().verb->arguments == k_raw_arguments) {
            warn(done.error().message);
            return k_refused_status;
        }
        if (!done)
            return std::unexpected(done.error());
        if (line.options.watch)
            printer.begin_round();
        printer.print(context.output);
        printer.flush();
        if (!line.options.watch)
            return 0;
        std::this_thread::sleep_for(*line.options.watch);
    }
}

Result<int> run_locally(const LocalRun &verb, const CommandLine &line, Printer &printer) {
    LocalContext context{line.options, line.commands.front(), printer.colour()};
    if (auto done = verb.run(context); !done)
        return std::unexpected(done.error());
    printer.print(context.output);
    return context.exit_status;
}

} // namespace

Result<int> run(const CommandLine &line) {
    Printer printer(line.options, stdout);
    if (line.options.help) {
        auto *verb = line.commands.empty() ? nullptr : line.commands.back().verb;
        printer.print({.text = verb ? help(*verb, printer.colour()) : help(printer.colour())});
        return 0;
    }
    if (line.options.version) {
        printer.print({.text = "bvsctl " BVS_VERSION "\n"});
        return 0;
    }
    if (auto good = check(line); !good)
        return std::unexpected(good.error());
    const auto &first = line.commands.front().verb->run;
    if (auto *daemon = std::get_if<DaemonRun>(&first))
        return run_on_daemon(*daemon, line, printer);
    if (auto *local = std::get_if<LocalRun>(&first))
        return run_locally(*local, line, printer);
    if (auto *bridge = std::get_if<OpenFlowRun>(&first))
        return run_on_bridge(*bridge, line, printer);
    return run_on_database(line, printer);
}

void warn(std::string_view message) {
    fmt::print(stderr, "bvsctl: {}\n", message);
}

} // namespace bvs::ctl
