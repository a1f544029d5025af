// SPDX-License-Identifier: Apache-2.0
//
// The meters of a bridge: OpenFlow 1.5.1, 5.11 and 7.3.4.5. Requests become changes or an error
// before anything is changed, and changes can be undone, as with flows (flow_table.h). Flows that
// use a removed meter go with it; that, and the counters, are the caller's. No clock; one thread.
#pragma once

#include "switch/model/meter.h"
#include "switch/model/openflow_error.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

namespace bvs::model {

inline constexpr std::size_t k_most_meters = 65'536;
inline constexpr std::size_t k_most_bands = 8;
inline constexpr std::uint8_t k_most_precedence = 3; // that dscp_remark can add

struct Meter {
    MeterConfig config;
    std::chrono::nanoseconds created{};
};
using MeterPtr = std::shared_ptr<const Meter>;

struct MeterChange {
    std::uint32_t meter = 0;
    MeterPtr before; // nothing: added
    MeterPtr after;  // nothing: removed
};
using MeterChanges = std::vector<MeterChange>;

class MeterTable {
  public:
    // What is too many already stays.
    void set_most(std::size_t most) { most_ = most; }
    std::size_t most() const { return most_; }

    Answer<MeterChanges> plan(const MeterMod &mod, std::chrono::nanoseconds now) const;
    void apply(const MeterChanges &changes);
    void undo(const MeterChanges &changes);

    MeterPtr find(std::uint32_t meter) const; // nothing: no such meter
    const std::map<std::uint32_t, MeterPtr> &all() const { return meters_; }

  private:
    Answer<MeterChanges> plan_remove(std::uint32_t meter) const;
    void put(std::uint32_t meter, const MeterPtr &value);

    std::size_t most_ = k_most_meters;
    std::map<std::uint32_t, MeterPtr> meters_;
};

} // namespace bvs::model
