// SPDX-License-Identifier: Apache-2.0
#include "loader/features.h"

#include <bpf/bpf.h>
#include <cstdio>
#include <filesystem>
#include <linux/magic.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

namespace bvs::loader {

namespace {

constexpr int k_oldest_major = 6;
constexpr int k_oldest_minor = 1;

Result<std::string> check_kernel() {
    utsname name = {};
    int major = 0, minor = 0;
    uname(&name);
    if (std::sscanf(name.release, "%d.%d", &major, &minor) != 2)
        return fail("cannot tell the kernel's version from '{}'", name.release);
    if (major < k_oldest_major || (major == k_oldest_major && minor < k_oldest_minor))
        return fail("kernel {} is too old: BVS needs Linux {}.{} or newer", name.release,
                    k_oldest_major, k_oldest_minor);
    return name.release;
}

// Making a map is the least that needs the privilege.
Result<> check_permission() {
    const int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "bvs_probe", 4, 8, 1, nullptr);
    if (fd < 0 && errno == EPERM)
        return fail("BPF is not permitted: run as root, or with the capabilities CAP_BPF, "
                    "CAP_NET_ADMIN and CAP_PERFMON");
    if (fd < 0)
        return fail_errno(errno, "the kernel refuses to make a BPF map");
    close(fd);
    return {};
}

Result<> check_bpffs(const std::string &pin_dir) {
    std::error_code ignored;
    std::filesystem::path place = pin_dir;
    while (!std::filesystem::exists(place, ignored) && place.has_relative_path())
        place = place.parent_path();
    struct statfs fs = {};
    if (statfs(place.c_str(), &fs))
        return fail_errno(errno, "cannot look at {}", place.string());
    if (static_cast<unsigned long>(fs.f_type) != BPF_FS_MAGIC)
        return fail("{} is not on a BPF file system, so the datapath could not outlive the daemon; "
                    "mount one: mount -t bpf bpf /sys/fs/bpf",
                    pin_dir);
    return {};
}

} // namespace

Result<Features> probe(const std::string &pin_dir) {
    Features features;
    auto kernel = check_kernel();
    if (!kernel)
        return std::unexpected(kernel.error());
    features.kernel = *kernel;
    if (auto ok = check_permission(); !ok)
        return std::unexpected(ok.error());
    if (auto ok = check_bpffs(pin_dir); !ok)
        return std::unexpected(ok.error());
    return features;
}

} // namespace bvs::loader
