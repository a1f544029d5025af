// SPDX-License-Identifier: Apache-2.0
//
// Which places of a chunked array are taken, where every object takes one. Place 0 is nobody's.
// What is given back must not be in any packet's hands any more.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <vector>

namespace bvs::maps {

template <class Array>
class Slots {
  public:
    explicit Slots(Array &array) : array_(array) {}

    Result<std::uint32_t> take() {
        if (!free_.empty()) {
            const auto place = free_.back();
            free_.pop_back();
            return place;
        }
        if (next_ >= array_.size())
            if (auto ok = array_.grow(); !ok)
                return std::unexpected(ok.error());
        return next_++;
    }
    void give_back(std::uint32_t place) { free_.push_back(place); }

    // Of a daemon that takes over: those that `is_taken` says, and no others.
    template <class IsTaken>
    void adopt(IsTaken is_taken) {
        free_.clear();
        next_ = array_.size() ? array_.size() : 1;
        while (next_ > 1 && !is_taken(next_ - 1))
            --next_;
        for (std::uint32_t place = 1; place < next_; ++place)
            if (!is_taken(place))
                free_.push_back(place);
    }

    std::uint32_t taken() const { return next_ - 1 - static_cast<std::uint32_t>(free_.size()); }

  private:
    Array &array_;
    std::vector<std::uint32_t> free_;
    std::uint32_t next_ = 1; // was never taken, as are all after it
};

} // namespace bvs::maps
