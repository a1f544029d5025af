// SPDX-License-Identifier: Apache-2.0
//
// What rules and groups were sent as, kept beside them for a daemon that takes the datapath over.
// Only bytes here; BPF never reads them. Place 0 is no record.
#pragma once

#include "base/result.h"
#include "maps/pipeline_maps.h"
#include "maps/runs.h"

#include <cstdint>
#include <functional>
#include <set>
#include <span>

namespace bvs::maps {

// All records that there are, by themselves: for a build whose rules have another layout.
void for_each_record(const RecordArray &cells,
                     const std::function<void(std::span<const std::uint8_t>)> &visit);

class Records {
  public:
    explicit Records(RecordArray &cells);

    // No bytes are no record. Too many for a chunk, or no room: an error with code ENOSPC.
    Result<std::uint32_t> put(std::span<const std::uint8_t> bytes);
    std::span<const std::uint8_t> get(std::uint32_t place) const;
    void give_back(std::uint32_t place);

    // Of a daemon that takes over: these are there, and no others.
    void adopt(const std::set<std::uint32_t> &places);

    std::uint32_t in_use() const { return runs_.in_use(); } // cells

  private:
    std::uint32_t size(std::uint32_t place) const; // in bytes

    RecordArray &cells_;
    Runs runs_;
};

} // namespace bvs::maps
