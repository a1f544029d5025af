// SPDX-License-Identifier: Apache-2.0
//
// Why packets end, for people.
#pragma once

#include "maps/abi.h"

#include <array>
#include <cstddef>
#include <string_view>

namespace bvs::daemon {

struct DropReason {
    std::string_view name;
    std::string_view side; // rx: counted where it came in; tx: where it should have gone out
    std::string_view text;
};

// By enum bvs_drop_reason.
inline constexpr std::array<DropReason, BVS_DROP_N> k_drop_reasons = {{
#define BVS_REASON(identifier, name, side, text) {name, #side, text},
    BVS_DROP_REASONS(BVS_REASON)
#undef BVS_REASON
}};

// Who is named for port 0, which stands for no port: what came in for a tunnel but for no port of
// one; or, for instance, what a controller sends without saying from which port.
constexpr std::string_view name_of_no_port(std::size_t reason) {
    return k_drop_reasons[reason].name.starts_with("tunnel-") ? "underlay" : "none";
}

} // namespace bvs::daemon
