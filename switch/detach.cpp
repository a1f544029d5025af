// SPDX-License-Identifier: Apache-2.0
#include "switch/detach.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

[[noreturn]] void wait_for(pid_t child, int pipe) {
    char byte = 0;
    ssize_t got = 0;
    do
        got = ::read(pipe, &byte, 1);
    while (got < 0 && errno == EINTR);
    if (got == 1)
        ::_exit(static_cast<int>(Exit::ok));

    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status))
        ::_exit(WEXITSTATUS(status));
    fmt::print(stderr, "bvsd: the daemon was killed by signal {} while it started\n",
               WTERMSIG(status));
    ::_exit(static_cast<int>(Exit::failure));
}

} // namespace

Attempt<Detached> Detached::fork() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC))
        return end_with(Exit::failure, fail_errno(errno, "cannot make a pipe").error());
    pid_t child = ::fork();
    if (child < 0)
        return end_with(Exit::failure, fail_errno(errno, "cannot detach").error());
    if (child > 0) {
        ::close(ends[1]);
        wait_for(child, ends[0]);
    }
    ::close(ends[0]);
    ::setsid();
    return Detached(ends[1]);
}

Detached::Detached(Detached &&other) noexcept : pipe_(std::exchange(other.pipe_, -1)) {}

Detached::~Detached() {
    if (pipe_ >= 0)
        ::close(pipe_);
}

void Detached::complete(bool change_directory) {
    if (pipe_ < 0)
        return;
    // Nothing is lost where these fail: the terminal stays in use, or a folder cannot be unmounted.
    if (change_directory)
        (void)!::chdir("/");
    if (int null = ::open("/dev/null", O_RDWR | O_CLOEXEC); null >= 0) {
        for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
            ::dup2(null, fd);
        ::close(null);
    }
    (void)!::write(pipe_, "", 1);
    ::close(std::exchange(pipe_, -1));
}

} // namespace bvs::daemon
