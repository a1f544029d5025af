// SPDX-License-Identifier: Apache-2.0
#include "switch/process_figures.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace bvs::daemon {

namespace {

std::uint64_t boot_time() {
    std::ifstream file("/proc/stat");
    std::uint64_t time = 0;
    for (std::string word; file >> word;)
        if (word == "btime" && file >> time)
            break;
    return time;
}

std::uint64_t open_files() {
    std::error_code ignored;
    const std::filesystem::directory_iterator files("/proc/self/fd", ignored);
    return static_cast<std::uint64_t>(std::distance(files, std::filesystem::directory_iterator()));
}

} // namespace

ProcessFigures process_figures() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    // The name, in parentheses, may hold anything.
    std::istringstream words(line.substr(std::min(line.rfind(')') + 1, line.size())));
    const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
    constexpr std::size_t k_state = 3; // the first one here, as proc(5) counts
    const auto field = [&](std::size_t number) {
        return number - k_state < fields.size()
                   ? std::strtoull(fields[number - k_state].c_str(), nullptr, 10)
                   : 0;
    };
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    return {.cpu_seconds = static_cast<double>(field(14) + field(15)) / ticks,
            .start_time = static_cast<double>(boot_time()) + static_cast<double>(field(22)) / ticks,
            .virtual_bytes = field(23),
            .resident_bytes = field(24) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
            .open_files = open_files()};
}

} // namespace bvs::daemon
