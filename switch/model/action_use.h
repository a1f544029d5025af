// SPDX-License-Identifier: Apache-2.0
//
// What actions refer to: ports, groups and meters, those in clones too. Pure functions.
#pragma once

#include "switch/model/action.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace bvs::model {

// As out_port of a request means it: an action names the port itself, not by a field.
bool outputs_to(const Instructions &instructions, std::uint32_t port);
bool uses_group(const Instructions &instructions, std::uint32_t group);
bool uses_meter(const Instructions &instructions, std::uint32_t meter);

// Of the first fin_timeout, if there is one.
std::optional<action::FinTimeout> fin_timeout_of(const Instructions &instructions);

// Each once, in ascending order.
std::vector<std::uint32_t> groups_of(const Actions &actions);
std::vector<std::uint32_t> groups_of(const Instructions &instructions);
std::vector<std::uint32_t> meters_of(const Actions &actions);
std::vector<std::uint32_t> meters_of(const Instructions &instructions);

} // namespace bvs::model
