// SPDX-License-Identifier: Apache-2.0
//
// --detach: the process that the user started returns only when the daemon, its child, has applied
// its first configuration, or has failed, with the daemon's exit status. So whoever starts bvsd
// and then configures ports needs no sleep in between.
#pragma once

#include "switch/failure.h"

namespace bvs::daemon {

class Detached {
  public:
    // Returns in the child alone; the parent waits and exits within. To be called before anything
    // is open, started or locked.
    static Attempt<Detached> fork();

    Detached(Detached &&other) noexcept;
    Detached &operator=(Detached &&) = delete;
    ~Detached(); // if complete() was not called, the parent waits for the exit status

    // The parent exits with success; this process gives up the terminal.
    void complete(bool change_directory);

  private:
    explicit Detached(int pipe) : pipe_(pipe) {}

    int pipe_ = -1;
};

} // namespace bvs::daemon
