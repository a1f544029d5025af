// SPDX-License-Identifier: Apache-2.0
//
// What could follow on a command line, from the table of verbs, the schema and, for names of
// bridges and the like, the database. The shells' own scripts only ask `bvsctl complete`.
#pragma once

#include "base/result.h"
#include "ovsdb/schema.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::ctl {

// Runs bvsctl with these words and returns the lines that it prints; none if it fails.
using Ask = std::function<std::vector<std::string>(const std::vector<std::string> &words)>;

// `words` begin with the program's name and end with the one to complete, which may be empty.
// Sorted. One that ends in "=" wants more right after it.
std::vector<std::string> candidates(std::span<const std::string> words, const ovsdb::Schema &schema,
                                    const Ask &ask);

Result<std::string_view> completion_script(std::string_view shell);

} // namespace bvs::ctl
