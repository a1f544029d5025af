// SPDX-License-Identifier: Apache-2.0
//
// A token bucket: so many a second, and `burst` at once after a pause. It counts.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace bvs::ofagent {

class RateLimit {
  public:
    using Time = std::chrono::steady_clock::time_point;

    RateLimit(std::uint32_t per_second, std::uint32_t burst, Time now)
        : rate_(per_second), burst_(std::max<double>(burst, 1)), tokens_(burst_), last_(now) {}

    bool take(Time now) {
        const bool may = rate_ == 0 || take_token(now);
        ++(may ? taken_ : refused_);
        return may;
    }

    std::uint64_t taken() const { return taken_; }
    std::uint64_t refused() const { return refused_; }

  private:
    bool take_token(Time now) {
        const std::chrono::duration<double> passed = now - last_;
        last_ = now;
        tokens_ = std::min(burst_, tokens_ + passed.count() * rate_);
        if (tokens_ < 1)
            return false;
        tokens_ -= 1;
        return true;
    }

    double rate_; // 0: no limit
    double burst_;
    double tokens_;
    Time last_;
    std::uint64_t taken_ = 0;
    std::uint64_t refused_ = 0;
};

} // namespace bvs::ofagent
