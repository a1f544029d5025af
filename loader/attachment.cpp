// SPDX-License-Identifier: Apache-2.0
#include "loader/attachment.h"

#include "loader/descriptor.h"

#include <algorithm>
#include <array>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <sys/syscall.h>

namespace bvs::loader {

namespace {

// Newer than the headers of our oldest distribution, whose libbpf has no call for it either.
constexpr std::uint32_t k_attach_tcx_ingress = 46; // BPF_TCX_INGRESS
constexpr std::uint32_t k_link_type_tcx = 11;      // BPF_LINK_TYPE_TCX

// Room for the attributes of BPF_LINK_CREATE that we use.
struct LinkCreate {
    std::uint32_t program_fd;
    std::uint32_t ifindex;
    std::uint32_t attach_type;
    std::uint32_t flags;
    std::array<std::uint32_t, 28> rest; // zero: no position, no cookie
};

// Of BPF_PROG_QUERY.
struct HookQuery {
    std::uint32_t ifindex;
    std::uint32_t attach_type;
    std::uint32_t query_flags;
    std::uint32_t attach_flags;
    std::uint64_t program_ids; // places for `count`
    std::uint32_t count;       // then: how many there are
    std::uint32_t padding;
    std::uint64_t program_flags;
    std::uint64_t link_ids;
    std::array<std::uint64_t, 2> rest;
};

int create_tcx_link(int program_fd, std::uint32_t ifindex) {
    LinkCreate attributes = {};
    attributes.program_fd = static_cast<std::uint32_t>(program_fd);
    attributes.ifindex = ifindex;
    attributes.attach_type = k_attach_tcx_ingress;
    return static_cast<int>(syscall(SYS_bpf, BPF_LINK_CREATE, &attributes, sizeof attributes));
}

// What BPF_OBJ_GET_INFO_BY_FD says of a link on a netdev: the common head and, for tcx and XDP
// alike, the ifindex.
struct LinkInfo {
    std::uint32_t type;
    std::uint32_t id;
    std::uint32_t program_id;
    std::uint32_t padding;
    std::uint32_t ifindex;
    std::array<std::uint32_t, 27> rest;
};

LinkInfo info_of(int link_fd) {
    LinkInfo info = {};
    std::uint32_t size = sizeof info;
    if (bpf_obj_get_info_by_fd(link_fd, reinterpret_cast<bpf_link_info *>(&info), &size))
        return {};
    return info;
}

std::uint32_t netdev_of(int link_fd) {
    const auto info = info_of(link_fd);
    return info.type == k_link_type_tcx || info.type == BPF_LINK_TYPE_XDP ? info.ifindex : 0;
}

// Swaps the program of a link that an earlier attachment left; false if there is none that lives.
bool update_pinned(int program_fd, std::uint32_t ifindex, const std::string &pin) {
    const Descriptor link(bpf_obj_get(pin.c_str()));
    if (!link)
        return false;
    if (netdev_of(link.get()) == ifindex && bpf_link_update(link.get(), program_fd, nullptr) == 0)
        return true;
    unlink(pin.c_str());
    return false;
}

Result<> pin_link(int link_fd, const std::string &pin) {
    if (bpf_obj_pin(link_fd, pin.c_str()))
        return fail_errno(errno, "cannot pin a link at {}", pin);
    return {};
}

} // namespace

std::string netdev_name(std::uint32_t ifindex) {
    std::array<char, IF_NAMESIZE> name = {};
    return if_indextoname(ifindex, name.data()) ? name.data() : fmt::format("ifindex {}", ifindex);
}

bool kernel_has_tcx() {
    // The kernel looks at the program first, then at the attach type, and at the netdev last.
    const std::array<bpf_insn, 2> pass = {{
        {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0},
        {.code = BPF_JMP | BPF_EXIT},
    }};
    const Descriptor program(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "bvs_probe", "GPL", pass.data(),
                                           pass.size(), nullptr));
    if (!program)
        return false;
    const Descriptor link(create_tcx_link(program.get(), INT32_MAX));
    return !link && errno == ENODEV;
}

Result<> attach_tcx(int program_fd, std::uint32_t ifindex, const std::string &pin) {
    if (update_pinned(program_fd, ifindex, pin))
        return {};
    const Descriptor link(create_tcx_link(program_fd, ifindex));
    if (!link)
        return fail_errno(errno, "cannot attach to the tc hook of {}", netdev_name(ifindex));
    return pin_link(link.get(), pin);
}

Result<> attach_xdp(int program_fd, std::uint32_t ifindex, const std::string &pin) {
    if (update_pinned(program_fd, ifindex, pin))
        return {};
    bpf_link_create_opts options = {};
    options.sz = sizeof options;
    options.flags = XDP_FLAGS_DRV_MODE;
    const Descriptor link(
        bpf_link_create(program_fd, static_cast<int>(ifindex), BPF_XDP, &options));
    const int error = errno;
    if (!link && (error == EBUSY || error == EEXIST)) // the latter: generic, or in hardware
        return std::unexpected(
            Error{fmt::format("{0} has another's XDP program; detach it (ip link set dev {0} xdp "
                              "off), or set other_config:hook=tc",
                              netdev_name(ifindex)),
                  EBUSY});
    if (!link)
        return fail_errno(error, "cannot attach XDP to {}", netdev_name(ifindex));
    return pin_link(link.get(), pin);
}

void detach_link(const std::string &pin) {
    // Now, and not when the kernel gets round to freeing what is no longer pinned.
    if (const Descriptor link(bpf_obj_get(pin.c_str())); link)
        bpf_link_detach(link.get());
    unlink(pin.c_str());
}

std::uint32_t link_netdev(const std::string &pin) {
    const Descriptor link(bpf_obj_get(pin.c_str()));
    return link ? netdev_of(link.get()) : 0;
}

std::uint32_t link_id(const std::string &pin) {
    const Descriptor link(bpf_obj_get(pin.c_str()));
    return link ? info_of(link.get()).id : 0;
}

std::string link_pin(const std::string &pin_dir, std::string_view kind, std::uint32_t ifindex) {
    return fmt::format("{}/links/{}-{}", pin_dir, kind, ifindex);
}

std::vector<std::uint32_t> tcx_links(std::uint32_t ifindex) {
    constexpr std::uint32_t most = 64; // BPF_MPROG_MAX
    std::vector<std::uint32_t> programs(most), links(most);
    HookQuery query = {};
    query.ifindex = ifindex;
    query.attach_type = k_attach_tcx_ingress;
    query.program_ids = reinterpret_cast<std::uintptr_t>(programs.data());
    query.link_ids = reinterpret_cast<std::uintptr_t>(links.data());
    query.count = most;
    const bool asked = syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof query) == 0;
    links.resize(asked ? std::min(query.count, most) : 0);
    return links;
}

} // namespace bvs::loader
