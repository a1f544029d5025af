// SPDX-License-Identifier: Apache-2.0
//
// Random switches and frames, in which the special cases are common.
#pragma once

#include "selftests/fixture/lab.h"

#include <random>

namespace bvs::property {

// A few VLANs and addresses, so that they meet.
class RandomSwitch {
  public:
    explicit RandomSwitch(std::uint64_t seed) : random_(seed) {}

    struct Topology {
        std::vector<fixture::PortSettings> ports; // port 1 first
        fixture::Lab::Bridges bridges;
    };
    Topology topology();
    // Other VLANs, flags and limits, in the same bridge.
    fixture::PortSettings port(const Topology &topology, std::uint16_t bridge);

    // Ends with its number, so that it is found again whatever tags it wears.
    fixture::Lab::Sent frame(std::uint32_t ports, std::uint32_t number);

    std::uint64_t address();
    std::uint16_t vlan();
    std::uint32_t below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }

  private:
    bool one_in(std::uint32_t n) { return below(n) == 0; }
    std::vector<std::uint16_t> vlans();
    std::uint64_t destination();
    std::uint64_t source();
    bvs_vlan_tag tag();
    std::size_t payload_size();

    std::mt19937_64 random_;
};

} // namespace bvs::property
