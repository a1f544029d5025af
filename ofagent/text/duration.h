// SPDX-License-Identifier: Apache-2.0
//
// Times as ovs-ofctl prints them: 3s, 3.250s; micro- or nanoseconds only if there are any.
#pragma once

#include <chrono>
#include <string>

namespace bvs::text {

std::string format_duration(std::chrono::nanoseconds duration);

} // namespace bvs::text
