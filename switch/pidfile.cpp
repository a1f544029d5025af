// SPDX-License-Identifier: Apache-2.0
#include "switch/pidfile.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace bvs::daemon {

namespace {

struct flock whole_file() {
    struct flock lock = {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

std::optional<pid_t> lock_owner(int fd) {
    auto lock = whole_file();
    if (::fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK)
        return std::nullopt;
    return lock.l_pid;
}

bool same_file(int fd, const std::string &path) {
    struct stat open_one = {}, named_one = {};
    return !::fstat(fd, &open_one) && !::stat(path.c_str(), &named_one) &&
           open_one.st_dev == named_one.st_dev && open_one.st_ino == named_one.st_ino;
}

Attempt<> write_pid(int fd, const std::string &path) {
    auto text = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd, 0) || ::pwrite(fd, text.data(), text.size(), 0) != ssize_t(text.size()))
        return end_with(Exit::files, fail_errno(errno, "cannot write {}", path).error());
    return {};
}

} // namespace

Attempt<Pidfile> Pidfile::hold(std::string path) {
    while (true) {
        int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (fd < 0)
            return end_with(Exit::files, fail_errno(errno, "cannot make {}", path).error());
        Pidfile file("", fd); // without a name it is only closed
        auto lock = whole_file();
        if (::fcntl(fd, F_SETLK, &lock)) {
            auto owner = lock_owner(fd);
            if (!owner)
                continue; // it has just ended
            return end_with(Exit::already_running,
                            "process {} is running with this run directory and holds {}; stop it "
                            "with ovs-appctl exit, or give this one a --rundir of its own",
                            *owner, path);
        }
        // Whoever ends removes his file: the lock may be on one that has no name any more.
        if (!same_file(fd, path))
            continue;
        if (auto written = write_pid(fd, path); !written)
            return std::unexpected(written.error());
        file.path_ = std::move(path);
        return file;
    }
}

Pidfile::Pidfile(Pidfile &&other) noexcept
    : path_(std::exchange(other.path_, "")), fd_(std::exchange(other.fd_, -1)) {}

Pidfile::~Pidfile() {
    if (!path_.empty())
        ::unlink(path_.c_str());
    if (fd_ >= 0)
        ::close(fd_);
}

std::optional<pid_t> pidfile_owner(const std::string &path) {
    int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return std::nullopt;
    auto owner = lock_owner(fd);
    ::close(fd);
    return owner;
}

} // namespace bvs::daemon
