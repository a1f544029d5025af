// SPDX-License-Identifier: Apache-2.0
//
// Numbers that somebody keeps and coverage/show or memory/show prints. Read when asked for.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace bvs::daemon {

class Tallies {
  public:
    using Read = std::function<std::uint64_t()>;

    void add(std::string name, Read read) { reads_.insert_or_assign(std::move(name), read); }

    // As Open vSwitch prints its own: a line each, or all in one.
    std::string lines() const;
    std::string line() const;

  private:
    std::map<std::string, Read> reads_;
};

} // namespace bvs::daemon
