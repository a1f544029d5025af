// SPDX-License-Identifier: Apache-2.0
//
// Why a switch refused something, by the names that the standard and Open vSwitch use:
// OFPBAC_BAD_OUT_PORT.
#pragma once

#include "switch/model/openflow_error.h"

#include <string_view>

namespace bvs::text {

std::string_view refusal_name(model::Refusal refusal);

} // namespace bvs::text
