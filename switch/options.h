// SPDX-License-Identifier: Apache-2.0
//
// bvsd's command line and environment, as values. It takes what ovs-vswitchd takes, so that
// ovs-ctl(8) and the distributions' units can start it unchanged. No I/O.
#pragma once

#include "base/result.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::daemon {

struct TlsOptions {
    std::string private_key;
    std::string certificate;
    std::string ca_certificate;
};

struct Options {
    enum class Task { run, cleanup, print_help, print_version };

    Task task = Task::run;
    std::string database; // remotes; empty: our own, with an ovsdb-server of our own

    std::string rundir; // absolute
    std::string logdir;
    std::string dbdir;
    std::string pin_dir;

    std::string pidfile;
    bool detach = false;
    bool change_directory = true;
    bool lock_memory = false;
    bool prefer_tcx = false;             // loader/datapath.h says at what price
    std::optional<std::string> log_file; // a path
    std::optional<std::string> unixctl;  // a path; empty: no control socket
    std::vector<std::string> verbosity;  // SPECs of vlog/set
    TlsOptions tls;
    std::vector<std::string> remarks; // about options that are taken and do less than they say

    std::string database_file() const { return dbdir + "/conf.db"; }
    std::string database_remote() const { // what the client connects to
        return database.empty() ? "unix:" + rundir + "/db.sock" : database;
    }
};

using Environment = std::function<std::optional<std::string>(const char *)>;

// `arguments` without the program's name.
Result<Options> parse_options(const std::vector<std::string> &arguments,
                              const Environment &environment);

std::string usage(); // --help

} // namespace bvs::daemon
