// SPDX-License-Identifier: Apache-2.0
//
// FNV-1a, for what is told apart by a hash of its name: the same in every build that ever runs.
#pragma once

#include <cstdint>
#include <string_view>

namespace bvs {

constexpr std::uint64_t name_hash(std::string_view text,
                                  std::uint64_t seed = 0xcbf29ce484222325ULL) {
    for (const char byte : text)
        seed = (seed ^ static_cast<unsigned char>(byte)) * 0x100000001b3ULL;
    return seed;
}

} // namespace bvs
