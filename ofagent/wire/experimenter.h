// SPDX-License-Identifier: Apache-2.0
//
// Whose extensions we know.
#pragma once

#include <cstdint>

namespace bvs::wire {

inline constexpr std::uint32_t k_nicira = 0x00002320;
inline constexpr std::uint32_t k_onf = 0x4f4e4600;
inline constexpr std::uint32_t k_netronome = 0x0000154d; // selection methods of groups

} // namespace bvs::wire
