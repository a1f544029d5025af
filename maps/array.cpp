// SPDX-License-Identifier: Apache-2.0
#include "maps/array.h"

#include "maps/description.h"

#include <sys/mman.h>
#include <unistd.h>

namespace bvs::maps {

Result<Mapping> Mapping::open(int map_fd, std::string name, std::size_t value_size) {
    const auto map = describe(map_fd);
    if (!map)
        return std::unexpected(map.error());
    if (map->value_size != value_size)
        return fail("map {} holds values of {} bytes, not {}: it is another build's", name,
                    map->value_size, value_size);

    Mapping mapping;
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    mapping.stride_ = (value_size + 7) / 8 * 8;
    mapping.entries_ = map->max_entries;
    mapping.length_ = (mapping.stride_ * map->max_entries + page - 1) / page * page;
    void *begin = mmap(nullptr, mapping.length_, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
    if (begin == MAP_FAILED)
        return fail_errno(errno, "cannot map {} into memory", name);
    mapping.begin_ = static_cast<std::byte *>(begin);
    return mapping;
}

Mapping &Mapping::operator=(Mapping &&other) noexcept {
    std::swap(begin_, other.begin_);
    std::swap(length_, other.length_);
    std::swap(stride_, other.stride_);
    std::swap(entries_, other.entries_);
    return *this;
}

Mapping::~Mapping() {
    if (begin_)
        munmap(begin_, length_);
}

} // namespace bvs::maps
