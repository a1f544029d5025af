// SPDX-License-Identifier: Apache-2.0
//
// What all protocol machines take and give: frames as bytes, with their Ethernet header and without
// check sequence, and points in time. A machine has no clock and no socket: its owner hands it
// frames and the time, sends what run() returns, and calls run() again at the time next() names.
//
// A Reader never reads beyond its bytes: it gives zeros instead and remembers that it fell short.
#pragma once

#include "switch/model/settings.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace bvs::protocol {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;
using Time = std::chrono::steady_clock::time_point;
using Milliseconds = std::chrono::milliseconds;
using PortId = std::uint32_t; // the owner's number for a port; a machine only compares it

// To be sent out of that port, past any pipeline.
struct Outgoing {
    PortId port;
    Bytes frame;

    bool operator==(const Outgoing &) const = default;
};

class Reader {
  public:
    explicit Reader(ByteSpan bytes) : bytes_(bytes) {}

    std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
    std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
    std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
    std::uint64_t u64() { return number(8); }
    model::Mac mac() { return model::to_mac(number(6)); }

    // The next n bytes; none if there are not so many.
    ByteSpan bytes(std::size_t n) {
        if (n > bytes_.size()) {
            bytes_ = {};
            short_ = true;
            return {};
        }
        const auto taken = bytes_.first(n);
        bytes_ = bytes_.subspan(n);
        return taken;
    }
    void skip(std::size_t n) { bytes(n); }

    ByteSpan rest() const { return bytes_; }
    bool ok() const { return !short_; } // nothing was missing so far

  private:
    std::uint64_t number(std::size_t n) {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : bytes(n))
            value = value << 8 | byte;
        return value;
    }

    ByteSpan bytes_;
    bool short_ = false;
};

class Writer {
  public:
    Writer &u8(std::uint8_t value) { return number(value, 1); }
    Writer &u16(std::uint16_t value) { return number(value, 2); }
    Writer &u32(std::uint32_t value) { return number(value, 4); }
    Writer &u64(std::uint64_t value) { return number(value, 8); }
    Writer &mac(const model::Mac &mac) { return number(model::to_number(mac), 6); }
    Writer &bytes(ByteSpan from) {
        bytes_.insert(bytes_.end(), from.begin(), from.end());
        return *this;
    }
    Writer &zeros(std::size_t n) {
        bytes_.resize(bytes_.size() + n);
        return *this;
    }
    // To the shortest frame that Ethernet has, less its check sequence.
    Writer &fill() {
        bytes_.resize(std::max<std::size_t>(bytes_.size(), 60));
        return *this;
    }
    Bytes take() { return std::exchange(bytes_, {}); }

  private:
    Writer &number(std::uint64_t value, unsigned size) {
        while (size-- > 0)
            bytes_.push_back(static_cast<std::uint8_t>(value >> 8 * size));
        return *this;
    }

    Bytes bytes_;
};

} // namespace bvs::protocol
