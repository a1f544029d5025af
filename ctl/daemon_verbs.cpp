// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"
#include "ctl/document.h"
#include "ctl/moment.h"

#include <array>

namespace bvs::ctl {

namespace {

Result<> print_text(DaemonContext &context, const std::string &method,
                    const std::vector<std::string> &arguments) {
    auto text = context.daemon.call(method, arguments);
    if (!text)
        return std::unexpected(text.error());
    context.output.text = std::move(*text);
    if (!context.output.text.empty() && !context.output.text.ends_with('\n'))
        context.output.text += '\n';
    return {};
}

std::string describe_hooks(const Json &hooks) {
    std::string text;
    if (hooks.is_object())
        for (const auto &[kind, count] : hooks.items())
            if (count != 0)
                text += fmt::format("{}{} {}", text.empty() ? "" : ", ", kind, count.dump());
    return text.empty() ? "none" : text;
}

Cell describe_database(const Json &database) {
    bool connected = truth(database, "connected"), locked = truth(database, "locked");
    auto state = !connected ? "not connected"
                 : locked   ? "connected"
                            : "another daemon has the lock";
    return Cell(fmt::format("{} ({})", word(database, "remote"), state))
        .with(connected && locked ? Tone::good : Tone::bad);
}

Result<> status(DaemonContext &context) {
    auto document = context.daemon.call_json("bvs/status", {});
    if (!document)
        return std::unexpected(document.error());
    const auto &database = member(*document, "database");
    const auto &datapath = member(*document, "datapath");
    auto changed = real(database, "last_change");
    Table table{{"version", "pid", "uptime", "kernel", "database", "last change", "datapath",
                 "hooks", "bridges", "ports", "MAC addresses"},
                {{word(*document, "version"), number(*document, "pid"),
                  duration(number(*document, "uptime_seconds")), word(datapath, "kernel"),
                  describe_database(database), changed > 0 ? local_time(changed) : "never",
                  fmt::format("generation {}, ABI {}, {}", number(datapath, "generation"),
                              number(datapath, "abi_version"),
                              truth(datapath, "adopted") ? "adopted at start" : "new at start"),
                  describe_hooks(member(datapath, "hooks")), number(*document, "bridges"),
                  number(*document, "ports"), number(*document, "fdb_entries")}}};
    context.output.print_table(std::move(table), Format::list);
    context.output.json = pretty(*document);
    return {};
}

Result<> log_list(DaemonContext &context) {
    return print_text(context, "vlog/list", {});
}

Result<> log_set(DaemonContext &context) {
    return print_text(context, "vlog/set", context.command.arguments);
}

Result<> log_reopen(DaemonContext &context) {
    return print_text(context, "vlog/reopen", {});
}

Result<> appctl(DaemonContext &context) {
    const auto &words = context.command.arguments;
    return print_text(context, words[0], {words.begin() + 1, words.end()});
}

Result<> version(DaemonContext &context) {
    auto daemon = context.daemon.call("version", {});
    if (daemon)
        daemon->erase(daemon->find_last_not_of('\n') + 1);
    Table table{{"program", "version"},
                {{"bvsctl", BVS_VERSION}, {"daemon", daemon ? *daemon : "not running"}}};
    context.output.text = fmt::format("bvsctl {}\ndaemon: {}\n", BVS_VERSION,
                                      daemon ? *daemon : daemon.error().message);
    context.output.table = std::move(table);
    return {};
}

constexpr std::array k_verbs{
    Verb{"status", "", "", "say how the daemon, its database and its datapath are",
         "status\nstatus --watch 1", Access::reads, DaemonRun{status}},
    Verb{"log list", "", "", "print the log levels", "log list", Access::reads,
         DaemonRun{log_list}},
    Verb{"log set", "SPEC...", "", "set log levels: [MODULE:[FACILITY:]]LEVEL",
         "log set dbg\nlog set ovsdb:file:dbg", Access::writes, DaemonRun{log_set}},
    Verb{"log reopen", "", "", "open the log file anew, after it was moved away", "log reopen",
         Access::writes, DaemonRun{log_reopen}},
    Verb{"version", "", "", "print the versions of bvsctl and the daemon", "version", Access::reads,
         DaemonRun{version}},
    Verb{"appctl", k_raw_arguments, "", "send any command to the daemon, as ovs-appctl does",
         "appctl list-commands\nappctl coverage/show", Access::writes, DaemonRun{appctl}},
};

} // namespace

std::span<const Verb> daemon_verbs() {
    return k_verbs;
}

} // namespace bvs::ctl
