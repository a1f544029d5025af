// SPDX-License-Identifier: Apache-2.0
#include "switch/tallies.h"

#include <fmt/format.h>

namespace bvs::daemon {

std::string Tallies::lines() const {
    std::string text;
    for (const auto &[name, read] : reads_)
        text += fmt::format("{:<24} total: {}\n", name, read());
    return text;
}

std::string Tallies::line() const {
    std::string text;
    for (const auto &[name, read] : reads_)
        text += fmt::format("{}{}:{}", text.empty() ? "" : " ", name, read());
    return text + "\n";
}

} // namespace bvs::daemon
