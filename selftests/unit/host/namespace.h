// SPDX-License-Identifier: Apache-2.0
//
// For tests of the real kernel's behaviour, each in a fresh network namespace.
#pragma once

#include "base/result.h"

#include <cstdlib>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <string>

namespace bvs::host {

template <class T>
T must(Result<T> result) {
    if (!result)
        throw std::runtime_error(result.error().message);
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

inline int enter_new_namespace() {
    if (unshare(CLONE_NEWNET) != 0)
        return -1;
    return open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

// With iproute2 and the like, as a user would.
inline void run(const std::string &command) {
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

// What the monitor learns meanwhile is for the condition to look at.
bool wait_for(auto &monitor, const auto &condition) {
    for (int tries = 0; tries < 50; ++tries) {
        (void)must(monitor.poll());
        if (condition())
            return true;
        pollfd wait{.fd = monitor.fd(), .events = POLLIN, .revents = 0};
        ::poll(&wait, 1, 100);
    }
    return false;
}

} // namespace bvs::host
