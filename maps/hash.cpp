// SPDX-License-Identifier: Apache-2.0
#include "maps/hash.h"

#include "maps/description.h"

#include <atomic>
#include <bpf/bpf.h>

namespace bvs::maps {

Result<HashMap> HashMap::open(int fd, std::string name, std::size_t key_size,
                              std::size_t value_size, std::string remedy) {
    const auto map = describe(fd);
    if (!map)
        return std::unexpected(map.error());
    if (map->key_size != key_size || map->value_size != value_size)
        return fail("map {} holds values of {} bytes by keys of {}, not of {} by {}: it is another "
                    "build's",
                    name, map->value_size, map->key_size, value_size, key_size);
    return HashMap(fd, std::move(name), map->max_entries, std::move(remedy));
}

Result<> HashMap::write(const void *key, const void *value) {
    if (bpf_map_update_elem(fd_, key, value, BPF_ANY)) {
        if (errno == E2BIG)
            return std::unexpected(
                Error{fmt::format("all {} places of map {} are taken; {}", places_, name_, remedy_),
                      ENOSPC});
        return fail_errno(errno, "cannot enter something into map {}", name_);
    }
    count();
    return {};
}

Result<> HashMap::erase(const void *key) {
    if (!bpf_map_delete_elem(fd_, key))
        count();
    else if (errno != ENOENT)
        return fail_errno(errno, "cannot take something out of map {}", name_);
    return {};
}

void HashMap::count() {
    ++writes_;
    if (version_)
        std::atomic_ref(*version_).fetch_add(1, std::memory_order_release);
}

bool HashMap::read(const void *key, void *value) const {
    return bpf_map_lookup_elem(fd_, key, value) == 0;
}

bool HashMap::next(const void *after, void *key) const {
    return bpf_map_get_next_key(fd_, after, key) == 0;
}

} // namespace bvs::maps
