// SPDX-License-Identifier: Apache-2.0
//
// The lines of a file of flows or groups, or of what is typed in its place.
#pragma once

#include "base/result.h"

#include <string>
#include <vector>

namespace bvs::ctl {

struct Line {
    std::string text;
    std::string place; // "flows.txt:7: ", for an error; empty: it is the command line's own
};

// Without comments (from # on) and what is blank. "-" is standard input.
Result<std::vector<Line>> read_lines(const std::string &path);

// "-" stands for lines of standard input; otherwise the one line it is.
Result<std::vector<Line>> lines_of(const std::string &argument);

} // namespace bvs::ctl
