// SPDX-License-Identifier: Apache-2.0
//
// The folder below a bpffs where the datapath is pinned, and the right to it: two daemons that
// work on one would take each other's ports.
#pragma once

#include "switch/failure.h"

#include <string>

namespace bvs::daemon {

class PinDirectory {
  public:
    // Makes the folder. Where the usual place, /sys/fs/bpf, has no bpffs yet, mounts one; `mounted`
    // tells.
    static Attempt<PinDirectory> hold(const std::string &path, bool &mounted);

    PinDirectory(PinDirectory &&other) noexcept;
    PinDirectory &operator=(PinDirectory &&) = delete;
    ~PinDirectory();

  private:
    explicit PinDirectory(int fd) : fd_(fd) {}

    int fd_ = -1; // with the lock on it
};

} // namespace bvs::daemon
