// SPDX-License-Identifier: Apache-2.0
//
// The tc hook by filters. The clsact qdisc may be somebody else's, with filters of
// theirs: the handle of our filter remembers whether we made it, so that only our own goes.
#include "loader/attachment.h"

#include <bpf/libbpf.h>

namespace bvs::loader {

namespace {

constexpr std::uint32_t k_priority = 1;
constexpr std::uint32_t k_handle_own_qdisc = 0xb501;
constexpr std::uint32_t k_handle_foreign_qdisc = 0xb502;

bpf_tc_hook hook_of(std::uint32_t ifindex, Side side = Side::ingress) {
    bpf_tc_hook hook = {};
    hook.sz = sizeof hook;
    hook.ifindex = static_cast<int>(ifindex);
    hook.attach_point = side == Side::ingress ? BPF_TC_INGRESS : BPF_TC_EGRESS;
    return hook;
}

bpf_tc_opts filter(std::uint32_t handle) {
    bpf_tc_opts options = {};
    options.sz = sizeof options;
    options.handle = handle;
    options.priority = k_priority;
    return options;
}

// The id of a filter's program; 0 if there is no such filter.
std::uint32_t program_of(const bpf_tc_hook &hook, std::uint32_t handle) {
    auto options = filter(handle);
    return bpf_tc_query(&hook, &options) ? 0 : options.prog_id;
}

} // namespace

Result<> attach_clsact(int program_fd, std::uint32_t ifindex, Side side) {
    auto hook = hook_of(ifindex, side);
    std::uint32_t handle = k_handle_own_qdisc;
    const int made = bpf_tc_hook_create(&hook);
    if (made == -EEXIST && !program_of(hook, k_handle_own_qdisc))
        handle = k_handle_foreign_qdisc;
    else if (made && made != -EEXIST)
        return fail_errno(-made, "cannot make the clsact qdisc of {}", netdev_name(ifindex));

    auto options = filter(handle);
    options.prog_fd = program_fd;
    options.flags = BPF_TC_F_REPLACE;
    const int error = bpf_tc_attach(&hook, &options);
    if (error == -EINVAL)
        return std::unexpected(
            Error{fmt::format("cannot attach to the tc hook of {0}: its priority {1} is another's, "
                              "of some other kind or protocol; move that (tc filter show dev {0} "
                              "{2})",
                              netdev_name(ifindex), k_priority,
                              side == Side::ingress ? "ingress" : "egress"),
                  EINVAL});
    if (error)
        return fail_errno(-error, "cannot attach to the tc hook of {}", netdev_name(ifindex));
    return {};
}

void detach_clsact(std::uint32_t ifindex) {
    auto hook = hook_of(ifindex);
    const bool own = program_of(hook, k_handle_own_qdisc);
    auto options = filter(own ? k_handle_own_qdisc : k_handle_foreign_qdisc);
    if (bpf_tc_detach(&hook, &options) || !own)
        return;
    hook.attach_point = static_cast<bpf_tc_attach_point>(BPF_TC_INGRESS | BPF_TC_EGRESS);
    bpf_tc_hook_destroy(&hook);
}

std::uint32_t clsact_program(std::uint32_t ifindex) {
    const auto hook = hook_of(ifindex);
    const auto program = program_of(hook, k_handle_own_qdisc);
    return program ? program : program_of(hook, k_handle_foreign_qdisc);
}

} // namespace bvs::loader
