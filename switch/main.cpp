// SPDX-License-Identifier: Apache-2.0
#include "switch/cleanup.h"
#include "switch/daemon.h"
#include "switch/detach.h"
#include "switch/log.h"
#include "switch/notify.h"
#include "switch/options.h"
#include "switch/privileges.h"
#include "switch/version.h"

#include <csignal>
#include <cstdlib>
#include <fmt/core.h>
#include <optional>

namespace {

using namespace bvs;
using namespace bvs::daemon;

std::optional<std::string> environment(const char *name) {
    const char *value = std::getenv(name);
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

Attempt<> set_up(Log &log, const Options &options) {
    // Nobody looks at the terminal of a daemon that has left it.
    if (options.detach)
        (void)log.set("syslog:info");
    for (const auto &spec : options.verbosity)
        if (auto set = log.set(spec); !set)
            return end_with(Exit::usage, "-v{}: {}; {}", spec, set.error().message, log.words());
    if (options.log_file)
        if (auto opened = log.open_file(*options.log_file); !opened)
            return end_with(Exit::files, opened.error());
    return {};
}

Attempt<> serve(const Options &options, Log &log) {
    std::optional<Detached> detached;
    if (options.detach) {
        auto forked = Detached::fork();
        if (!forked)
            return std::unexpected(forked.error());
        detached.emplace(std::move(*forked));
    }
    raise_file_limit();
    if (options.lock_memory) // which a fork undoes
        if (auto locked = lock_memory(); !locked)
            log.logger("daemon").warn("{}", locked.error().message);
    auto configured = [&] {
        notify_service_manager("READY=1");
        if (!detached)
            return;
        log.close_console();
        detached->complete(options.change_directory);
    };
    auto made = Daemon::create(options, log, configured);
    if (!made)
        return std::unexpected(made.error());
    auto ended = (*made)->run();
    notify_service_manager("STOPPING=1");
    return ended;
}

Attempt<> perform(const Options &options, Log &log) {
    auto logger = log.logger("daemon");
    if (auto ready = set_up(log, options); !ready)
        return ready;
    for (const auto &remark : options.remarks)
        logger.info("{}", remark);
    if (options.task == Options::Task::cleanup)
        return clean_up(options, log);
    return serve(options, log);
}

int finish(const Attempt<> &done) {
    if (done)
        return static_cast<int>(Exit::ok);
    return static_cast<int>(done.error().exit);
}

} // namespace

int main(int argc, char **argv) {
    std::signal(SIGPIPE, SIG_IGN);
    auto options = parse_options({argv + 1, argv + argc}, environment);
    if (!options) {
        fmt::print(stderr, "bvsd: {}\n", options.error().message);
        return static_cast<int>(Exit::usage);
    }
    if (options->task == Options::Task::print_help) {
        fmt::print("{}", usage());
        return 0;
    }
    if (options->task == Options::Task::print_version) {
        fmt::print("{}\n", version_line());
        return 0;
    }
    Log log("ovs-vswitchd", {"bridge", "cleanup", "daemon", "datapath", "ovsdb"});
    auto done = perform(*options, log);
    if (!done)
        log.logger("daemon").emer("{}", done.error().message);
    return finish(done);
}
