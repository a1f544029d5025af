// SPDX-License-Identifier: Apache-2.0
//
// Times and quantities as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bvs::ctl {

std::string duration(std::int64_t seconds);              // "3d 2h", "2m 5s"
std::string local_time(double unix_time);                // "2024-01-31 13:05:00"
std::string clock_time(double unix_time);                // "13:05:00.123"
std::string scaled(double value, std::string_view unit); // "9.42 Gbit/s"

} // namespace bvs::ctl
