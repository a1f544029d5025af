// SPDX-License-Identifier: Apache-2.0
//
// Running another program for what it does and says. Blocks until it has ended.
#pragma once

#include "base/result.h"

#include <map>
#include <string>
#include <vector>

namespace bvs::daemon {

// Where a program is: in PATH, or in the folders where administrators' tools are.
std::string find_program(const std::string &name); // empty if nowhere

// What it printed on both outputs, without the last line's end. An error if it failed: its words,
// and its exit status as code. The environment is ours and `extra`; no descriptor of ours is
// handed on.
Result<std::string> run_program(const std::vector<std::string> &command,
                                const std::map<std::string, std::string> &extra = {});

} // namespace bvs::daemon
