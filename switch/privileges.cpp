// SPDX-License-Identifier: Apache-2.0
#include "switch/privileges.h"

#include <array>
#include <cap-ng.h>
#include <cerrno>
#include <string>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace bvs::daemon {

namespace {

struct Needed {
    unsigned capability;
    const char *name;
};

constexpr std::array<Needed, 3> k_indispensable = {
    {{CAP_NET_ADMIN, "CAP_NET_ADMIN"}, {CAP_BPF, "CAP_BPF"}, {CAP_PERFMON, "CAP_PERFMON"}}};
constexpr std::array k_kept = {CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_PERFMON, CAP_SYS_RESOURCE};

} // namespace

Attempt<> check_privileges() {
    capng_get_caps_process();
    // CAP_SYS_ADMIN implies the other two, as it did before they were split from it.
    bool admin = capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_ADMIN);
    std::string missing;
    for (const auto &[capability, name] : k_indispensable)
        if (!capng_have_capability(CAPNG_EFFECTIVE, capability) &&
            (capability == CAP_NET_ADMIN || !admin))
            missing += missing.empty() ? name : std::string(", ") + name;
    if (missing.empty())
        return {};
    return end_with(Exit::not_permitted, "bvsd lacks {}: run it as root (sudo bvsd ...)", missing);
}

Result<> reduce_privileges() {
    capng_get_caps_process();
    std::array<bool, k_kept.size()> had;
    for (std::size_t i = 0; i < k_kept.size(); ++i)
        had[i] = capng_have_capability(CAPNG_PERMITTED, static_cast<unsigned>(k_kept[i]));
    capng_clear(CAPNG_SELECT_BOTH);
    for (std::size_t i = 0; i < k_kept.size(); ++i)
        if (had[i])
            capng_update(
                CAPNG_ADD,
                static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET),
                static_cast<unsigned>(k_kept[i]));
    // Without CAP_SETPCAP the bounding set stays; it gives nothing back to this process.
    if (int failed = capng_apply(CAPNG_SELECT_BOTH); failed && capng_apply(CAPNG_SELECT_CAPS))
        return fail_errno(errno, "cannot give up capabilities (libcap-ng says {})", failed);
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return fail_errno(errno, "cannot give up gaining privileges");
    return {};
}

void raise_file_limit() {
    rlimit limit = {};
    if (!::getrlimit(RLIMIT_NOFILE, &limit)) {
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

Result<> lock_memory() {
    // Without CAP_IPC_LOCK, later, only the limit decides whether there is more memory to be had.
    rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
    if (::setrlimit(RLIMIT_MEMLOCK, &unlimited))
        return fail_errno(errno, "cannot lift the limit on locked memory");
    if (::mlockall(MCL_CURRENT | MCL_FUTURE))
        return fail_errno(errno, "cannot keep all memory in RAM");
    return {};
}

} // namespace bvs::daemon
