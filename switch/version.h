// SPDX-License-Identifier: Apache-2.0
//
// What this build is. BVS_VERSION comes from the project's CMakeLists.txt.
#pragma once

#include <string>
#include <string_view>

namespace bvs::daemon {

inline constexpr std::string_view k_version = BVS_VERSION;

// The release of Open vSwitch whose interfaces we offer: clients ask for it, and compare.
inline constexpr std::string_view k_open_vswitch_version = "3.1.0";

// Scripts want the words "Open vSwitch" and, as the last one, the release.
inline std::string version_line() {
    return "bvsd (BPF Virtual Switch " + std::string(k_version) + ", speaks for Open vSwitch) " +
           std::string(k_open_vswitch_version);
}

} // namespace bvs::daemon
