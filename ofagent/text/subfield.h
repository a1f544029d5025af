// SPDX-License-Identifier: Apache-2.0
//
// Fields, and bits of fields, as actions name them: reg0, reg0[], reg0[4], reg0[4..7], with the
// fields' own names or those of their headers in Nicira's extensions and in OpenFlow (NXM_NX_REG0).
#pragma once

#include "base/result.h"
#include "switch/model/field.h"

#include <string>
#include <string_view>

namespace bvs::text {

Result<model::Field> parse_field_name(std::string_view name);
Result<model::Subfield> parse_subfield(std::string_view text);

std::string format(const model::Subfield &subfield); // NXM_NX_REG0[4..7]

} // namespace bvs::text
