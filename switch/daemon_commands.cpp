// SPDX-License-Identifier: Apache-2.0
#include "switch/daemon_commands.h"

#include "switch/version.h"

#include <fstream>
#include <string>
#include <unistd.h>

namespace bvs::daemon {

namespace {

Result<std::string> set_levels(Log &log, Arguments specs) {
    for (const auto &spec : specs)
        if (auto set = log.set(spec); !set)
            return std::unexpected(set.error());
    return "";
}

Result<std::string> reopen(Log &log) {
    if (log.file().empty())
        return fail("Logging to file not configured");
    if (auto reopened = log.reopen_file(); !reopened)
        return std::unexpected(reopened.error());
    return "";
}

Result<std::string> end(const std::function<void(bool)> &end_daemon, Arguments arguments) {
    if (!arguments.empty() && arguments[0] != "--cleanup")
        return fail("\"exit\" knows the argument --cleanup only, not {}", arguments[0]);
    end_daemon(!arguments.empty());
    return "";
}

} // namespace

void add_daemon_commands(Commands &commands, DaemonCommandParts parts) {
    auto &log = parts.log;
    commands.add("list-commands", "", 0, 0, [&commands](Arguments) { return commands.list(); });
    commands.add("version", "", 0, 0, [](Arguments) { return version_line(); });
    commands.add("exit", "[--cleanup]", 0, 1, [end_daemon = parts.end](Arguments arguments) {
        return end(end_daemon, arguments);
    });
    commands.add("vlog/list", "", 0, 0, [&log](Arguments) { return log.list(); });
    commands.add("vlog/set", "SPEC...", 1, Commands::k_any_number,
                 [&log](Arguments specs) { return set_levels(log, specs); });
    commands.add("vlog/reopen", "", 0, 0, [&log](Arguments) { return reopen(log); });
    commands.add("coverage/show", "", 0, 0,
                 [&tallies = parts.coverage](Arguments) { return tallies.lines(); });
    commands.add("memory/show", "", 0, 0,
                 [&tallies = parts.memory](Arguments) { return tallies.line(); });
}

std::uint64_t resident_kilobytes() {
    std::uint64_t total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) / 1024;
}

} // namespace bvs::daemon
