// SPDX-License-Identifier: Apache-2.0
//
// Packets of which a controller was sent the beginning, kept until it says what to do with them or
// newer ones take their place: OpenFlow 1.5.1, 6.1.2.
#pragma once

#include "switch/model/openflow_error.h"
#include "switch/model/packet.h"

#include <array>
#include <cstdint>
#include <utility>

namespace bvs::ofagent {

class PacketBuffers {
  public:
    static constexpr std::uint32_t k_size = 256;

    struct Kept {
        std::uint32_t in_port = 0;
        model::Bytes packet;
    };

    std::uint32_t keep(std::uint32_t in_port, const model::Bytes &packet) {
        const auto id = next_;
        next_ = (next_ + 1) & ~(1U << 31); // never "no buffer"
        places_[id % k_size] = {.id = id, .used = false, .kept = {in_port, packet}};
        return id;
    }

    // A packet is given out once.
    model::Answer<Kept> take(std::uint32_t id) {
        auto &place = places_[id % k_size];
        if (place.id != id || place.kept.packet.empty())
            return model::refuse(place.id == id && place.used ? model::Refusal::buffer_empty
                                                              : model::Refusal::buffer_unknown,
                                 "the buffer holds no such packet");
        place.used = true;
        return std::exchange(place.kept, {});
    }

  private:
    struct Place {
        std::uint32_t id = 0;
        bool used = false;
        Kept kept;
    };

    std::array<Place, k_size> places_;
    std::uint32_t next_ = k_size;
};

} // namespace bvs::ofagent
