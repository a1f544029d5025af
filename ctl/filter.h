// SPDX-License-Identifier: Apache-2.0
//
// Another program that makes one text of another. Blocks until it has ended; what it complains of
// goes to standard error.
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace bvs::ctl {

// What the program, to be found in PATH, writes when it reads that. An error has code ENOENT if
// there is no such program.
Result<std::string> run_filter(const std::vector<std::string> &command, const std::string &input);

} // namespace bvs::ctl
