// SPDX-License-Identifier: Apache-2.0
//
// Numbers from 1 to a limit, the lowest free one first: of ports and bridges in the datapath, and
// of OpenFlow ports in a bridge. Giving one out costs the same however many are out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace bvs::compile {

class NumberPool {
  public:
    explicit NumberPool(std::uint32_t most) : most_(most) {}

    std::optional<std::uint32_t> take(); // nothing: all are out
    bool take(std::uint32_t number);     // false: not free, or not of this pool
    bool is_free(std::uint32_t number) const;
    void give_back(std::uint32_t number);

  private:
    static constexpr std::uint32_t k_bits = 64;

    std::uint32_t most_;
    std::vector<std::uint64_t> taken_;
    std::size_t first_ = 0; // no word before it has a free number
};

} // namespace bvs::compile
