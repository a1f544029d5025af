// SPDX-License-Identifier: Apache-2.0
#include "ctl/moment.h"

#include <array>
#include <cmath>
#include <ctime>
#include <fmt/format.h>

namespace bvs::ctl {

namespace {

std::string print_time(double unix_time, const char *format) {
    auto seconds = static_cast<std::time_t>(unix_time);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &local)};
}

} // namespace

std::string duration(std::int64_t seconds) {
    if (seconds >= 86400)
        return fmt::format("{}d {}h", seconds / 86400, seconds % 86400 / 3600);
    if (seconds >= 3600)
        return fmt::format("{}h {}m", seconds / 3600, seconds % 3600 / 60);
    if (seconds >= 60)
        return fmt::format("{}m {}s", seconds / 60, seconds % 60);
    return fmt::format("{}s", seconds);
}

std::string local_time(double unix_time) {
    return print_time(unix_time, "%Y-%m-%d %H:%M:%S");
}

std::string clock_time(double unix_time) {
    auto fraction = unix_time - std::floor(unix_time);
    return fmt::format("{}.{:03}", print_time(unix_time, "%H:%M:%S"),
                       static_cast<int>(fraction * 1000));
}

std::string scaled(double value, std::string_view unit) {
    constexpr std::array<std::string_view, 5> k_prefixes{"", "k", "M", "G", "T"};
    std::size_t i = 0;
    for (; value >= 1000 && i + 1 < k_prefixes.size(); i++)
        value /= 1000;
    int digits = i == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
    auto space = unit.empty() && k_prefixes[i].empty() ? "" : " ";
    return fmt::format("{:.{}f}{}{}{}", value, digits, space, k_prefixes[i], unit);
}

} // namespace bvs::ctl
