// SPDX-License-Identifier: Apache-2.0
#include "loader/objects.h"

// Defined by the assembler files that cmake/bpf.cmake writes.
extern "C" {
extern const std::byte switch_tc_object_begin[];
extern const std::byte switch_tc_object_end[];
extern const std::byte switch_inject_object_begin[];
extern const std::byte switch_inject_object_end[];
extern const std::byte switch_onward_object_begin[];
extern const std::byte switch_onward_object_end[];
extern const std::byte switch_underlay_object_begin[];
extern const std::byte switch_underlay_object_end[];
extern const std::byte switch_gather_object_begin[];
extern const std::byte switch_gather_object_end[];
extern const std::byte switch_checksum_object_begin[];
extern const std::byte switch_checksum_object_end[];
extern const std::byte switch_xdp_object_begin[];
extern const std::byte switch_xdp_object_end[];
}

namespace bvs::loader {

std::span<const std::byte> switch_tc_object() {
    return {switch_tc_object_begin, switch_tc_object_end};
}

std::span<const std::byte> switch_inject_object() {
    return {switch_inject_object_begin, switch_inject_object_end};
}

std::span<const std::byte> switch_onward_object() {
    return {switch_onward_object_begin, switch_onward_object_end};
}

std::span<const std::byte> switch_underlay_object() {
    return {switch_underlay_object_begin, switch_underlay_object_end};
}

std::span<const std::byte> switch_gather_object() {
    return {switch_gather_object_begin, switch_gather_object_end};
}

std::span<const std::byte> switch_checksum_object() {
    return {switch_checksum_object_begin, switch_checksum_object_end};
}

std::span<const std::byte> switch_xdp_object() {
    return {switch_xdp_object_begin, switch_xdp_object_end};
}

} // namespace bvs::loader
