// SPDX-License-Identifier: Apache-2.0
//
// Writing of numbers in network order, as all export protocols have them. What is known only
// afterwards (lengths, counts, sequence numbers) is patched.
#pragma once

#include "switch/model/ip_address.h"
#include "switch/model/packet.h"
#include "switch/model/settings.h"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

namespace bvs::netflow {

using model::Bytes;
using ByteSpan = std::span<const std::uint8_t>;

using Datagrams = std::vector<Bytes>; // payloads of UDP

// Of a datagram, unless the settings say otherwise: what IPv4 and UDP leave of an MTU of 1500.
// With fewer than 512 a record might not fit; it is sent nevertheless, in a longer datagram.
inline constexpr std::size_t k_most_bytes = 1472;

class Writer {
  public:
    void u8(std::uint64_t value) { number(value, 1); }
    void u16(std::uint64_t value) { number(value, 2); }
    void u16s(std::initializer_list<std::uint16_t> values) {
        for (const auto value : values)
            u16(value);
    }
    void u32(std::uint64_t value) { number(value, 4); }
    void u64(std::uint64_t value) { number(value, 8); }
    void f64(double value) { u64(std::bit_cast<std::uint64_t>(value)); }
    // The lowest `size` bytes.
    void number(std::uint64_t value, std::size_t size) {
        zeros(size);
        put(bytes_.size() - size, value, size);
    }
    void bytes(ByteSpan from) { bytes_.insert(bytes_.end(), from.begin(), from.end()); }
    void zeros(std::size_t size) { bytes_.resize(bytes_.size() + size); }
    void pad4() { zeros((4 - size() % 4) % 4); }
    void mac(const model::Mac &mac) { bytes(mac); }
    void v4(const model::IpAddress &address) { u32(address.is_v4() ? address.bits().low : 0); }
    void v6(const model::IpAddress &address) {
        u64(address.bits().high);
        u64(address.bits().low);
    }

    void patch16(std::size_t at, std::uint64_t value) { put(at, value, 2); }
    void patch32(std::size_t at, std::uint64_t value) { put(at, value, 4); }

    std::size_t size() const { return bytes_.size(); }
    ByteSpan whole() const { return bytes_; }
    Bytes take() { return std::exchange(bytes_, {}); }
    void clear() { bytes_.clear(); }

  private:
    void put(std::size_t at, std::uint64_t value, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i)
            bytes_[at + i] = static_cast<std::uint8_t>(value >> 8 * (size - 1 - i));
    }

    Bytes bytes_;
};

} // namespace bvs::netflow
