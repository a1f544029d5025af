// SPDX-License-Identifier: Apache-2.0
//
// Which runs of an array are taken: action programs, lists of subtables. A run does not cross the
// border of a chunk. Lengths up to 16 are exact, longer ones are rounded up to one of four steps a
// doubling, so that what is given back fits again. Index 0 is nobody's.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace bvs::maps {

class Runs {
  public:
    struct Space {
        std::uint32_t chunk = 0;             // no run crosses a multiple of it
        std::function<std::uint32_t()> size; // how far the array goes at present
        std::function<Result<>()> grow;      // further
    };
    explicit Runs(Space space) : space_(std::move(space)) {}

    Result<std::uint32_t> take(std::uint32_t length);
    void give_back(std::uint32_t first, std::uint32_t length);

    // Of a daemon that takes over: these are taken, first -> length, and no others.
    void adopt(const std::map<std::uint32_t, std::uint32_t> &taken);

    std::uint32_t in_use() const { return in_use_; }

    static std::uint32_t rounded(std::uint32_t length);

  private:
    std::uint32_t from_end(std::uint32_t length); // 0: no
    std::uint32_t from_free(std::uint32_t length, std::uint32_t most);
    void merge();
    void free_range(std::uint32_t first, std::uint32_t end);

    Space space_;
    std::map<std::uint32_t, std::vector<std::uint32_t>> free_; // by rounded length
    std::uint32_t next_ = 1;                                   // all from here are free
    std::uint32_t in_use_ = 0;
};

} // namespace bvs::maps
