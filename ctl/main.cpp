// SPDX-License-Identifier: Apache-2.0
//
// bvsctl: configures the switch through its database, and asks the running daemon.
#include "ctl/run.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>

namespace {

constexpr int k_timed_out = 128 + SIGALRM; // what a shell sees of ovs-vsctl

int report(const bvs::Error &error) {
    bvs::ctl::warn(error.message);
    return error.code == ETIMEDOUT ? k_timed_out : EXIT_FAILURE;
}

} // namespace

int main(int argc, char **argv) {
    bvs::ctl::Options options;
    if (const char *rundir = std::getenv("OVS_RUNDIR"); rundir && *rundir)
        options.rundir = rundir;
    auto line = bvs::ctl::parse(std::vector<std::string>(argv + 1, argv + argc), options);
    if (!line)
        return report(line.error());
    auto status = bvs::ctl::run(*line);
    return status ? *status : report(status.error());
}
