// SPDX-License-Identifier: Apache-2.0
//
// Parsed headers as ovs-ofctl(8) writes flows:
// "in_port=1,dl_vlan=10,dl_src=...,dl_dst=...,tcp,...".
#pragma once

#include "maps/abi.h"

#include <cstdint>
#include <string>

namespace bvs::daemon {

std::string flow_text(const bvs_flow &flow, std::uint32_t ofport);

} // namespace bvs::daemon
