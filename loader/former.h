// SPDX-License-Identifier: Apache-2.0
//
// What a generation of another layout has that this build can read all the same: the records of
// rules and groups, and the bridges that they belong to. Where these stand is promised for all
// versions (maps/abi.h, maps/pipeline.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bvs::loader {

struct Former {
    std::map<std::uint32_t, std::string> bridges; // by number there
    std::vector<std::vector<std::uint8_t>> records;
};

Former read_former(const std::string &folder); // of the generation; what cannot be read is left out

} // namespace bvs::loader
