// SPDX-License-Identifier: Apache-2.0
#include "maps/description.h"

#include <bpf/bpf.h>

namespace bvs::maps {

Result<Description> describe(int map_fd) {
    bpf_map_info info = {};
    __u32 size = sizeof info;
    if (bpf_obj_get_info_by_fd(map_fd, &info, &size))
        return fail_errno(errno, "the kernel does not describe a BPF map");
    return Description{.name = info.name,
                       .type = info.type,
                       .key_size = info.key_size,
                       .value_size = info.value_size,
                       .max_entries = info.max_entries,
                       .flags = info.map_flags};
}

} // namespace bvs::maps
