// SPDX-License-Identifier: Apache-2.0
//
// Reading and writing of numbers in network order. A Reader never reads beyond its bytes: it
// gives zeros instead and remembers that it fell short, so that a decoder may read a whole
// structure and ask once. A Writer grows; what is known only afterwards is patched.
#pragma once

#include "switch/model/field.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace bvs::wire {

using ByteSpan = std::span<const std::uint8_t>;

template <class T>
constexpr T network_order(T number) {
    if constexpr (std::endian::native == std::endian::little && sizeof(T) > 1)
        return std::byteswap(number);
    else
        return number;
}

// Bytes that are missing up to the next multiple of eight.
constexpr std::size_t padding8(std::size_t size) {
    return (8 - size % 8) % 8;
}

class Reader {
  public:
    explicit Reader(ByteSpan bytes) : all_(bytes) {}

    std::uint8_t u8() { return number<std::uint8_t>(); }
    std::uint16_t u16() { return number<std::uint16_t>(); }
    std::uint32_t u32() { return number<std::uint32_t>(); }
    std::uint64_t u64() { return number<std::uint64_t>(); }

    // The next n bytes; none if there are not so many.
    ByteSpan bytes(std::size_t n) {
        if (n > left()) {
            at_ = all_.size();
            short_ = true;
            return {};
        }
        at_ += n;
        return all_.subspan(at_ - n, n);
    }
    ByteSpan rest() { return bytes(left()); }
    // A reader of the next n bytes alone, which has fallen short itself if they are not there.
    Reader part(std::size_t n) {
        Reader reader(bytes(n));
        reader.short_ = short_;
        return reader;
    }
    void skip(std::size_t n) { bytes(n); }
    // A number of n bytes, at most 16.
    model::Value value(std::size_t n) {
        model::Value value;
        for (std::uint8_t byte : bytes(n))
            value = {value.high << 8 | value.low >> 56, value.low << 8 | byte};
        return value;
    }

    std::size_t left() const { return all_.size() - at_; }
    std::size_t position() const { return at_; }
    // All bytes that this reader was made of, for what has to be given back raw.
    ByteSpan whole() const { return all_; }
    bool ok() const { return !short_; }                  // nothing was missing so far
    bool done() const { return !short_ && left() == 0; } // nothing missing and nothing left

  private:
    template <class T>
    T number() {
        T number = 0;
        if (ByteSpan from = bytes(sizeof(T)); !from.empty())
            std::memcpy(&number, from.data(), sizeof(T));
        return network_order(number);
    }

    ByteSpan all_;
    std::size_t at_ = 0;
    bool short_ = false;
};

class Writer {
  public:
    void u8(std::uint8_t value) { bytes_.push_back(value); }
    void u16(std::uint16_t value) { number(value); }
    void u32(std::uint32_t value) { number(value); }
    void u64(std::uint64_t value) { number(value); }
    void bytes(ByteSpan from) { bytes_.insert(bytes_.end(), from.begin(), from.end()); }
    void zeros(std::size_t n) { bytes_.resize(bytes_.size() + n); }
    // Zeros until what began at `from` has a length that is a multiple of eight.
    void pad8(std::size_t from = 0) { zeros(padding8(size() - from)); }
    // The lowest n bytes of a number, n at most 16.
    void value(model::Value value, std::size_t n) {
        for (std::size_t i = n; i-- > 0;)
            u8(static_cast<std::uint8_t>(i >= 8 ? value.high >> 8 * (i - 8) : value.low >> 8 * i));
    }

    void patch16(std::size_t at, std::uint16_t value) {
        value = network_order(value);
        std::memcpy(&bytes_[at], &value, sizeof value);
    }
    // Writes into the two bytes at `at` how many bytes there are since `from`.
    void patch_length(std::size_t at, std::size_t from) {
        patch16(at, static_cast<std::uint16_t>(size() - from));
    }

    std::size_t size() const { return bytes_.size(); }
    ByteSpan whole() const { return bytes_; }
    std::vector<std::uint8_t> take() { return std::exchange(bytes_, {}); }

  private:
    template <class T>
    void number(T value) {
        value = network_order(value);
        std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof(T));
        std::memcpy(&bytes_[at], &value, sizeof(T));
    }

    std::vector<std::uint8_t> bytes_;
};

} // namespace bvs::wire
