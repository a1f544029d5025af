// SPDX-License-Identifier: Apache-2.0
//
// A BPF array map in the daemon's memory (BPF_F_MMAPABLE). Reading is a load, writing a store:
// no system call, and the same stores whether one port changes or a thousand.
//
// A value is written in words of eight bytes, each in one store, and only the words that differ:
// BPF sees every word either old or new, and writing what is there already touches nothing.
// `writes()` counts the words written, which is how tests see that re-applying a configuration
// does nothing. The order between words is the caller's business; maps/abi.h says which fields
// stand in one word. Any thread may read; one writes.
#pragma once

#include "base/result.h"

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace bvs::maps {

// The mapping itself; size and type of the map are checked against what the kernel says.
class Mapping {
  public:
    static Result<Mapping> open(int map_fd, std::string name, std::size_t value_size);

    Mapping() = default; // of nothing
    Mapping(Mapping &&other) noexcept { *this = std::move(other); }
    Mapping &operator=(Mapping &&other) noexcept;
    ~Mapping();

    explicit operator bool() const { return begin_; }
    std::byte *value(std::size_t index) const { return begin_ + index * stride_; }
    std::size_t entries() const { return entries_; }

  private:
    std::byte *begin_ = nullptr;
    std::size_t length_ = 0;
    std::size_t stride_ = 0; // the kernel begins each value at a multiple of eight bytes
    std::size_t entries_ = 0;
};

template <class Value>
class Array {
    static_assert(std::has_unique_object_representations_v<Value>);

  public:
    static Result<Array> open(int map_fd, std::string name) {
        auto mapping = Mapping::open(map_fd, std::move(name), sizeof(Value));
        if (!mapping)
            return std::unexpected(mapping.error());
        return Array(std::move(*mapping));
    }

    std::size_t size() const { return mapping_.entries(); }

    Value get(std::size_t index) const {
        Value value;
        std::memcpy(&value, mapping_.value(index), sizeof value);
        return value;
    }

    void set(std::size_t index, const Value &value) {
        using Words = std::array<std::uint64_t, (sizeof(Value) + 7) / 8>;
        static_assert(sizeof(Words) == sizeof(Value));
        const auto words = std::bit_cast<Words>(value);
        auto *there = reinterpret_cast<std::uint64_t *>(mapping_.value(index));
        for (const std::uint64_t word : words) {
            std::atomic_ref<std::uint64_t> place(*there++);
            if (place.load(std::memory_order_relaxed) != word) {
                place.store(word, std::memory_order_release);
                ++writes_;
            }
        }
    }

    // In place, for maps that BPF writes as well.
    Value &at(std::size_t index) const { return *reinterpret_cast<Value *>(mapping_.value(index)); }

    std::uint64_t writes() const { return writes_; }

  private:
    explicit Array(Mapping mapping) : mapping_(std::move(mapping)) {}
    Mapping mapping_;
    std::uint64_t writes_ = 0;
};

} // namespace bvs::maps
