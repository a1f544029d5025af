// SPDX-License-Identifier: Apache-2.0
//
// Meters in the datapath. A meter keeps its place when it changes, so that no rule that names it
// has to be written anew, and its bands are replaced by one store. Part of the PipelineWriter,
// which has the generations.
#pragma once

#include "maps/groups.h"
#include "maps/pipeline_maps.h"
#include "maps/records.h"
#include "maps/slots.h"

#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace bvs::maps {

struct NewMeter {
    bvs_meter_bands bands{};
    std::span<const std::uint8_t> record; // as it was sent
};

struct MeterCounters {
    Counters meter;
    std::vector<Counters> bands;
};

class Meters {
  public:
    Meters(MeterArray &meters, Records &records)
        : meters_(meters), records_(records), places_(meters) {}

    // All in the change under way, which makes `generation` of `bridge`.
    Result<std::uint32_t> add(std::uint16_t bridge, std::uint64_t generation,
                              const NewMeter &meter);
    // Its own counters go on, those of its bands start anew.
    Result<> change(std::uint32_t place, const NewMeter &meter);
    void remove(std::uint32_t place, std::uint64_t generation);

    bool changing() const { return !added_.empty() || !changed_.empty() || !removed_.empty(); }
    void commit(); // the generation is there
    void abort();

    void reclaim(); // a grace period has passed
    bool settled() const { return leaving_.empty(); }

    MeterCounters counters(std::uint32_t place) const;

    // Of a daemon that takes over, as Groups::adopt.
    void adopt(const Array<bvs_pipeline> &pipelines, std::set<std::uint32_t> &records);

    template <class Visit>
    void for_each(Visit visit) const { // place; of those that are there now
        for (std::uint32_t place = 1; place < meters_.size(); ++place)
            if (meters_[place].bridge && meters_[place].removed == ~0ULL)
                visit(place);
    }

  private:
    struct Change {
        std::uint32_t place = 0;
        std::uint32_t record = 0;
        bvs_meter_bands bands{};
    };
    void free(std::uint32_t place);

    MeterArray &meters_;
    Records &records_;
    Slots<MeterArray> places_;
    std::vector<std::uint32_t> added_;   // in the change under way
    std::vector<Change> changed_;        // in it
    std::vector<std::uint32_t> removed_; // in it
    std::vector<std::uint32_t> leaving_; // out of sight
};

} // namespace bvs::maps
