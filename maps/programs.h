// SPDX-License-Identifier: Apache-2.0
//
// Action programs in the datapath, those of rules and of groups' buckets: written once, and given
// back when no packet can be running them. A program's place is that of its first instruction.
#pragma once

#include "base/result.h"
#include "maps/pipeline_maps.h"
#include "maps/runs.h"

#include <cstdint>
#include <set>
#include <span>

namespace bvs::maps {

class Programs {
  public:
    explicit Programs(CodeArray &code);

    // `y` of a DEC_TTL counts from the program's begin.
    Result<std::uint32_t> write(std::span<const bvs_instruction> program);
    void give_back(std::uint32_t place);

    // Of a daemon that takes over: these are there, and no others.
    void adopt(const std::set<std::uint32_t> &places);

    std::uint32_t in_use() const { return runs_.in_use(); } // instructions

  private:
    std::uint32_t length(std::uint32_t place) const;

    CodeArray &code_;
    Runs runs_;
};

} // namespace bvs::maps
