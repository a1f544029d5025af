// SPDX-License-Identifier: Apache-2.0
//
// A big table in chunks: an array of array maps (BPF_MAP_TYPE_ARRAY_OF_MAPS), the inner ones made
// when they are needed and mapped into the daemon's memory. Chunks are never taken away again, as
// packets may be reading them. A restarted daemon finds them through a list in a map beside the
// outer one: to look into the outer map would do as well, but up to Linux 6.7 the kernel waits for
// a grace period each time, whether there is something or not.
//
// An index is chunk << shift | place. Not enough memory and not enough chunks are errors with codes
// ENOMEM and ENOSPC; what was there before is as it was.
#pragma once

#include "base/result.h"
#include "maps/array.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bvs::maps {

class Chunks {
  public:
    static Result<Chunks> open(int outer_fd, std::string name, int made_fd, std::size_t value_size,
                               std::uint32_t values);

    std::uint32_t most() const { return static_cast<std::uint32_t>(chunks_.size()); }
    std::uint32_t made() const { return count_; }
    bool has(std::uint32_t chunk) const { return static_cast<bool>(chunks_[chunk]); }
    std::byte *begin(std::uint32_t chunk) const { return chunks_[chunk].value(0); }
    std::size_t bytes() const { return count_ * value_size_ * values_; }

    // Those that are not there yet. The kernel waits for a grace period each time, so that many at
    // once are cheaper.
    Result<> make(std::span<const std::uint32_t> places);

    // An eighth more of them, or `ENOSPC`.
    Result<> grow();

  private:
    Chunks(int outer_fd, std::string name, Array<std::uint64_t> made, std::size_t value_size,
           std::uint32_t values)
        : outer_fd_(outer_fd), name_(std::move(name)), made_(std::move(made)),
          value_size_(value_size), values_(values) {}
    Result<> adopt();
    Result<> put(std::span<const std::uint32_t> places, std::span<const int> fds);

    int outer_fd_;
    std::string name_;
    Array<std::uint64_t> made_; // id << 32 | place
    std::size_t value_size_;
    std::uint32_t values_; // of each chunk
    std::vector<Mapping> chunks_;
    std::uint32_t count_ = 0;
};

template <class Value, unsigned shift>
class ChunkedArray {
    static_assert(sizeof(Value) % sizeof(std::uint64_t) == 0);

  public:
    using value_type = Value;
    static constexpr std::uint32_t k_chunk = 1U << shift;

    static Result<ChunkedArray> open(int outer_fd, std::string name, int made_fd) {
        auto chunks = Chunks::open(outer_fd, std::move(name), made_fd, sizeof(Value), k_chunk);
        if (!chunks)
            return std::unexpected(chunks.error());
        return ChunkedArray(std::move(*chunks));
    }

    // The chunk must be there.
    Value &operator[](std::uint32_t index) const {
        return reinterpret_cast<Value *>(chunks_.begin(index >> shift))[index & (k_chunk - 1)];
    }
    // Those in chunks that follow one another from the first.
    std::uint32_t size() const { return chunks_.made() << shift; }

    Result<> grow() { return chunks_.grow(); }
    Chunks &chunks() { return chunks_; }
    const Chunks &chunks() const { return chunks_; }

  private:
    explicit ChunkedArray(Chunks chunks) : chunks_(std::move(chunks)) {}
    Chunks chunks_;
};

} // namespace bvs::maps
