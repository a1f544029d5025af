// SPDX-License-Identifier: Apache-2.0
//
// Why bvsd ended, as its exit status says it: bvsd(8) lists the same numbers, and scripts may rely
// on them.
#pragma once

#include "base/result.h"

#include <expected>
#include <string>
#include <utility>

namespace bvs::daemon {

enum class Exit : int {
    ok = 0,
    failure = 1,           // none of the others
    usage = 2,             // the command line
    not_permitted = 3,     // a capability is missing
    no_bpffs = 4,          // the pin directory is not on a bpffs
    kernel_too_old = 5,    // or has no BPF or no BTF
    already_running = 6,   // another bvsd or ovs-vswitchd with this run directory
    files = 7,             // a directory, socket, pidfile or log could not be made
    no_database_tools = 8, // ovsdb-server or ovsdb-tool is not installed
    database = 9,          // the database file is damaged or another's, or would not start
    datapath = 10,         // the kernel refused the programs or maps
};

struct Failure {
    Exit exit = Exit::failure;
    std::string message;
};

template <class T = void>
using Attempt = std::expected<T, Failure>;

template <class... Args>
[[nodiscard]] std::unexpected<Failure> end_with(Exit exit, fmt::format_string<Args...> format,
                                                Args &&...args) {
    return std::unexpected(Failure{exit, fmt::format(format, std::forward<Args>(args)...)});
}

[[nodiscard]] inline std::unexpected<Failure> end_with(Exit exit, const Error &error) {
    return std::unexpected(Failure{exit, error.message});
}

} // namespace bvs::daemon
