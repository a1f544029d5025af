// SPDX-License-Identifier: Apache-2.0
//
// A file that holds a daemon's pid, and that the daemon holds locked for life: ovs-appctl and
// scripts ask the kernel who has the POSIX lock, and so never mistake a dead daemon's file. The
// lock ends with the process, however that ends.
#pragma once

#include "switch/failure.h"

#include <optional>
#include <string>
#include <sys/types.h>

namespace bvs::daemon {

class Pidfile {
  public:
    // Not to be opened again in this process: the kernel drops a POSIX lock with the first
    // descriptor of the file that is closed.
    static Attempt<Pidfile> hold(std::string path);

    Pidfile(Pidfile &&other) noexcept;
    Pidfile &operator=(Pidfile &&) = delete;
    ~Pidfile(); // removes the file

  private:
    Pidfile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    std::string path_;
    int fd_ = -1;
};

// Which process holds the pidfile; never this one. Nobody, if there is no such file.
std::optional<pid_t> pidfile_owner(const std::string &path);

} // namespace bvs::daemon
