// SPDX-License-Identifier: Apache-2.0
#include "maps/description.h"

#include <bpf/bpf.h>

namespace bvs::maps {

namespace {

Result<bpf_map_info> info_of(int map_fd) {
    bpf_map_info info = {};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(map_fd, &info, &size))
        return fail_errno(errno, "the kernel does not describe a BPF map");
    return info;
}

} // namespace

Result<Description> describe(int map_fd) {
    const auto info = info_of(map_fd);
    if (!info)
        return std::unexpected(info.error());
    return Description{.name = info->name,
                       .type = info->type,
                       .key_size = info->key_size,
                       .value_size = info->value_size,
                       .max_entries = info->max_entries,
                       .flags = info->map_flags};
}

Result<std::uint32_t> map_id(int map_fd) {
    const auto info = info_of(map_fd);
    if (!info)
        return std::unexpected(info.error());
    return info->id;
}

} // namespace bvs::maps
