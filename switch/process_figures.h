// SPDX-License-Identifier: Apache-2.0
//
// What the daemon takes of the host, as proc(5) has it.
#pragma once

#include <cstdint>

namespace bvs::daemon {

struct ProcessFigures {
    double cpu_seconds = 0; // user and system
    double start_time = 0;  // Unix time
    std::uint64_t virtual_bytes = 0;
    std::uint64_t resident_bytes = 0;
    std::uint64_t open_files = 0;
};

ProcessFigures process_figures();

} // namespace bvs::daemon
