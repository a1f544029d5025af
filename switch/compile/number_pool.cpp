// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/number_pool.h"

#include <algorithm>
#include <bit>

namespace bvs::compile {

std::optional<std::uint32_t> NumberPool::take() {
    for (; first_ < taken_.size() && ~taken_[first_] == 0; ++first_)
        ;
    const auto bit = first_ < taken_.size() ? std::countr_one(taken_[first_]) : 0;
    const auto number =
        static_cast<std::uint32_t>(first_) * k_bits + static_cast<std::uint32_t>(bit) + 1;
    if (!take(number))
        return std::nullopt;
    return number;
}

bool NumberPool::take(std::uint32_t number) {
    if (!is_free(number))
        return false;
    const auto word = (number - 1) / k_bits;
    if (word >= taken_.size())
        taken_.resize(word + 1);
    taken_[word] |= std::uint64_t{1} << (number - 1) % k_bits;
    return true;
}

bool NumberPool::is_free(std::uint32_t number) const {
    if (number < 1 || number > most_)
        return false;
    const auto word = (number - 1) / k_bits;
    return word >= taken_.size() || !(taken_[word] >> (number - 1) % k_bits & 1);
}

void NumberPool::give_back(std::uint32_t number) {
    const auto word = (number - 1) / k_bits;
    if (number < 1 || word >= taken_.size())
        return;
    taken_[word] &= ~(std::uint64_t{1} << (number - 1) % k_bits);
    first_ = std::min<std::size_t>(first_, word);
}

} // namespace bvs::compile
