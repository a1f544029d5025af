// SPDX-License-Identifier: Apache-2.0
#include "ctl/of_lines.h"

#include <fstream>
#include <iostream>

namespace bvs::ctl {

namespace {

std::vector<Line> take_lines(std::istream &from, const std::string &name) {
    std::vector<Line> lines;
    std::string text;
    for (unsigned number = 1; std::getline(from, text); number++) {
        text.erase(std::min(text.find('#'), text.size()));
        text.erase(text.find_last_not_of(" \t\r") + 1);
        text.erase(0, std::min(text.find_first_not_of(" \t"), text.size()));
        if (!text.empty())
            lines.push_back({std::move(text), fmt::format("{}:{}: ", name, number)});
    }
    return lines;
}

} // namespace

Result<std::vector<Line>> read_lines(const std::string &path) {
    if (path == "-")
        return take_lines(std::cin, "standard input");
    std::ifstream file(path);
    if (!file)
        return fail_errno(errno, "cannot open {}", path);
    auto lines = take_lines(file, path);
    if (file.bad())
        return fail_errno(errno, "cannot read {}", path);
    return lines;
}

Result<std::vector<Line>> lines_of(const std::string &argument) {
    if (argument == "-")
        return read_lines(argument);
    return std::vector{Line{argument, ""}};
}

} // namespace bvs::ctl
