// SPDX-License-Identifier: Apache-2.0
//
// What the kernel says of a map: enough to tell whether two maps are of one make.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>

namespace bvs::maps {

struct Description {
    std::string name;
    std::uint32_t type = 0;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t max_entries = 0;
    std::uint32_t flags = 0;

    bool operator==(const Description &) const = default;
};

Result<Description> describe(int map_fd);

// By which it can be opened again for as long as it is there.
Result<std::uint32_t> map_id(int map_fd);

} // namespace bvs::maps
