// SPDX-License-Identifier: Apache-2.0
#include "ctl/context.h"

namespace bvs::ctl {

void Output::print_lines(std::string heading, const std::vector<std::string> &lines) {
    Table lines_table{{std::move(heading)}, {}};
    for (const auto &line : lines) {
        text += line + '\n';
        lines_table.rows.push_back({line});
    }
    table = std::move(lines_table);
}

void Output::print_table(Table new_table, Format format) {
    table = std::move(new_table);
    prefers_table = true;
    table_format = format;
}

} // namespace bvs::ctl
