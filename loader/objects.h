// SPDX-License-Identifier: Apache-2.0
//
// The compiled BPF programs, as they lie in this binary.
#pragma once

#include <cstddef>
#include <span>

namespace bvs::loader {

std::span<const std::byte> switch_tc_object();
std::span<const std::byte> switch_inject_object();
std::span<const std::byte> switch_onward_object();
std::span<const std::byte> switch_underlay_object();
std::span<const std::byte> switch_gather_object();
std::span<const std::byte> switch_checksum_object();
std::span<const std::byte> switch_xdp_object();

} // namespace bvs::loader
