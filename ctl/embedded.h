// SPDX-License-Identifier: Apache-2.0
//
// Files of packaging/ that bvsctl carries within itself.
#pragma once

#include <string_view>

namespace bvs::ctl {

extern const std::string_view k_schema;
extern const std::string_view k_bash_completion;
extern const std::string_view k_zsh_completion;

} // namespace bvs::ctl
