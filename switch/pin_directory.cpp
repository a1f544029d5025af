// SPDX-License-Identifier: Apache-2.0
#include "switch/pin_directory.h"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <linux/magic.h>
#include <string_view>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/vfs.h>
#include <unistd.h>

namespace bvs::daemon {

namespace fs = std::filesystem;

namespace {

constexpr const char *k_usual_mount = "/sys/fs/bpf";

bool on_bpffs(fs::path path) {
    std::error_code ignored;
    while (!fs::exists(path, ignored) && path.has_relative_path())
        path = path.parent_path();
    struct statfs found = {};
    return !::statfs(path.c_str(), &found) &&
           static_cast<unsigned long>(found.f_type) == BPF_FS_MAGIC;
}

bool mount_usual(const std::string &path) {
    return path.starts_with(std::string(k_usual_mount) + "/") &&
           !::mount("bpf", k_usual_mount, "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700");
}

} // namespace

Attempt<PinDirectory> PinDirectory::hold(const std::string &path, bool &mounted) {
    mounted = !on_bpffs(path) && mount_usual(path);
    if (!mounted && !on_bpffs(path))
        return end_with(Exit::no_bpffs,
                        "{} is not on a BPF file system, so the datapath could not outlive the "
                        "daemon; mount one (mount -t bpf bpf {}), or choose another --pin-dir",
                        path, k_usual_mount);
    std::error_code error;
    fs::create_directories(path, error);
    if (error)
        return end_with(Exit::no_bpffs, "cannot make {}: {}", path, error.message());
    int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return end_with(Exit::no_bpffs, fail_errno(errno, "cannot open {}", path).error());
    PinDirectory directory(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB))
        return end_with(Exit::already_running,
                        "another bvsd works on the datapath in {}; stop it, or give this one a "
                        "--pin-dir of its own",
                        path);
    return directory;
}

PinDirectory::PinDirectory(PinDirectory &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

PinDirectory::~PinDirectory() {
    if (fd_ >= 0)
        ::close(fd_);
}

} // namespace bvs::daemon
