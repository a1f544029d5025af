// SPDX-License-Identifier: Apache-2.0
//
// Packets, and values for their fields: a few that packets and rules have in common, so that they
// meet, and now and then any other.
#pragma once

#include "selftests/property/packet_state.h"

#include <initializer_list>
#include <random>
#include <vector>

namespace bvs::property {

class RandomValues {
  public:
    RandomValues(std::uint64_t seed, std::uint32_t ports) : random_(seed), ports_(ports) {}

    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
    bool one_in(std::uint32_t n) { return below(n) == 0; }
    std::uint64_t any() { return random_(); }
    template <class T>
    T one_of(std::initializer_list<T> list) {
        return list.begin()[below(static_cast<std::uint32_t>(list.size()))];
    }
    template <class List>
    auto &one_of(List &list) {
        return list[below(static_cast<std::uint32_t>(list.size()))];
    }

    std::uint32_t ports() const { return ports_; }
    std::uint32_t port() { return 1 + below(ports_); }
    Value value(model::Field field);
    Value mask(model::Field field); // not zero

    // Ends with its number, so that it is found again whatever becomes of its headers.
    Packet packet(std::uint32_t number);

  private:
    std::uint64_t common(model::Field field);
    Value address6();
    void make_ip(Packet &packet);
    void make_transport(Packet &packet);
    void make_fragment(Packet &packet);

    std::mt19937_64 random_;
    std::uint32_t ports_;
};

} // namespace bvs::property
