// SPDX-License-Identifier: Apache-2.0
//
// The names of hashes and algorithms in multipath and bundle actions: ovs-actions(7).
#pragma once

#include <array>
#include <string_view>

namespace bvs::text {

// Each at its number.
inline constexpr auto k_hash_names =
    std::to_array<std::string_view>({"eth_src", "symmetric_l4", "symmetric_l3l4",
                                     "symmetric_l3l4+udp", "nw_src", "nw_dst", "symmetric_l3"});
inline constexpr auto k_multipath_names =
    std::to_array<std::string_view>({"modulo_n", "hash_threshold", "hrw", "iter_hash"});
inline constexpr auto k_bundle_names = std::to_array<std::string_view>({"active_backup", "hrw"});

} // namespace bvs::text
