// SPDX-License-Identifier: Apache-2.0
//
// Test data: lines of two columns with a tab between them; # begins a comment.
#pragma once

#include <fstream>
#include <string>
#include <utility>
#include <vector>

inline std::vector<std::pair<std::string, std::string>> two_columns(const std::string &name) {
    std::vector<std::pair<std::string, std::string>> lines;
    std::ifstream file(std::string(BVS_TEXT_DATA) + "/" + name);
    for (std::string line; std::getline(file, line);)
        if (const auto tab = line.find('\t'); tab != std::string::npos && line.front() != '#')
            lines.emplace_back(line.substr(0, tab), line.substr(tab + 1));
    return lines;
}
