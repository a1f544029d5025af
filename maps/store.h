// SPDX-License-Identifier: Apache-2.0
//
// Stores into memory that packets read at the same time: one word, after all that was written
// before it.
#pragma once

#include <atomic>

namespace bvs::maps {

template <class Word>
void store(Word &place, Word word) {
    std::atomic_ref<Word>(place).store(word, std::memory_order_release);
}

template <class Word>
Word load(Word &place) {
    return std::atomic_ref<Word>(place).load(std::memory_order_acquire);
}

} // namespace bvs::maps
