// SPDX-License-Identifier: Apache-2.0
#include "switch/open_metrics.h"

#include <fmt/format.h>

namespace bvs::daemon {

namespace {

struct TypeNames {
    std::string_view name;
    std::string_view suffix; // of samples
};

TypeNames names_of(MetricType type) {
    switch (type) {
    case MetricType::counter:
        return {"counter", "_total"};
    case MetricType::info:
        return {"info", "_info"};
    case MetricType::gauge:
        break;
    }
    return {"gauge", ""};
}

// As "escaped-string" has it.
std::string escaped(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\n') {
            escaped += "\\n";
            continue;
        }
        if (c == '\\' || c == '"')
            escaped += '\\';
        escaped += c;
    }
    return escaped;
}

} // namespace

void OpenMetrics::begin(const MetricFamily &family) {
    const auto type = names_of(family.type);
    sample_ = fmt::format("{}{}", family.name, type.suffix);
    text_ += fmt::format("# TYPE {} {}\n", family.name, type.name);
    if (!family.unit.empty())
        text_ += fmt::format("# UNIT {} {}\n", family.name, family.unit);
    text_ += fmt::format("# HELP {} {}\n", family.name, escaped(family.help));
}

void OpenMetrics::add(const MetricLabels &labels, std::uint64_t value) {
    add_line(labels, fmt::to_string(value));
}

void OpenMetrics::add(const MetricLabels &labels, double value) {
    add_line(labels, fmt::to_string(value));
}

void OpenMetrics::add_line(const MetricLabels &labels, std::string_view value) {
    text_ += sample_;
    for (char sign = '{'; const auto &[name, word] : labels) {
        text_ += fmt::format("{}{}=\"{}\"", sign, name, escaped(word));
        sign = ',';
    }
    text_ += fmt::format("{}{}\n", labels.empty() ? " " : "} ", value);
}

std::string OpenMetrics::finish() && {
    text_ += "# EOF\n";
    return std::move(text_);
}

} // namespace bvs::daemon
