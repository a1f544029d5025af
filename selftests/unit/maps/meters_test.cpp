// SPDX-License-Identifier: Apache-2.0
//
// Meters as the PipelineWriter writes them: a change keeps the place and replaces the bands whole,
// what is refused leaves nothing behind, and a daemon that takes over finds them.
#include "maps/pipeline_writer.h"

#include "pipeline_fixture.h"

#include <gtest/gtest.h>

namespace bvs::maps {
namespace {

constexpr std::uint16_t k_bridge = 3;
constexpr unsigned k_cpus = 2;
const std::vector<std::uint8_t> k_record = {1, 2, 3};

NewMeter meter(std::uint32_t rate) {
    NewMeter made{.bands = {}, .record = k_record};
    made.bands.bands = 1;
    made.bands.band[0].rate = rate;
    return made;
}

class MetersTest : public testing::Test {
  protected:
    MetersTest() {
        EXPECT_TRUE(writer_.start(42));
        writer_.begin(k_bridge);
    }

    std::uint32_t added(std::uint32_t rate) {
        const auto place = writer_.add_meter(meter(rate));
        EXPECT_TRUE(place);
        EXPECT_TRUE(writer_.commit());
        return place.value_or(0);
    }
    const bvs_meter_bands &live(std::uint32_t place) const {
        const auto &there = maps_->meters[place];
        return there.bands[there.live];
    }
    void reclaim_all(PipelineWriter &writer) {
        while (writer.reclaimable())
            writer.reclaim();
    }
    static std::vector<std::uint32_t> places(const PipelineWriter &writer) {
        std::vector<std::uint32_t> found;
        writer.for_each_meter([&](std::uint32_t place) { found.push_back(place); });
        return found;
    }

    KernelMaps kernel_;
    std::unique_ptr<PipelineMaps> maps_ = kernel_.open();
    PipelineWriter writer_{*maps_, k_cpus, [] {}};
};

TEST_F(MetersTest, ChangesAtItsPlaceAndCountsOn) {
    const auto place = added(5);
    maps_->meters[place].packets = 7;
    maps_->meters[place].bands[0].band[0].packets = 3;
    EXPECT_EQ(writer_.meter_counters(place).bands, (std::vector<Counters>{{3, 0}}));
    ASSERT_TRUE(writer_.change_meter(place, meter(6)));
    EXPECT_EQ(live(place).band[0].rate, 5U);
    ASSERT_TRUE(writer_.commit());
    EXPECT_EQ(live(place).band[0].rate, 6U);
    EXPECT_EQ(writer_.meter_counters(place).meter.packets, 7U);
    EXPECT_EQ(writer_.meter_counters(place).bands, (std::vector<Counters>{{0, 0}}));
    EXPECT_EQ(writer_.record_cells(), 1U);
}

TEST_F(MetersTest, AnAbortedChangeIsNone) {
    const auto place = added(5);
    ASSERT_TRUE(writer_.change_meter(place, meter(6)));
    ASSERT_TRUE(writer_.add_meter(meter(7)));
    writer_.remove_meter(place);
    writer_.abort();
    reclaim_all(writer_);
    EXPECT_EQ(live(place).band[0].rate, 5U);
    EXPECT_EQ(places(writer_), std::vector{place});
    EXPECT_EQ(writer_.record_cells(), 1U);
}

TEST_F(MetersTest, ItsPlaceIsGivenToAnotherWhenNobodyCanSeeIt) {
    const auto place = added(5);
    writer_.remove_meter(place);
    ASSERT_TRUE(writer_.commit());
    EXPECT_NE(added(6), place);
    reclaim_all(writer_);
    EXPECT_EQ(added(7), place);
    EXPECT_EQ(writer_.record_cells(), 2U);
}

TEST_F(MetersTest, AreTakenOver) {
    const auto place = added(5), removed = added(6);
    ASSERT_TRUE(writer_.add_meter(meter(7)));
    writer_.remove_meter(removed); // a daemon that ends before its commit
    PipelineWriter next(*maps_, k_cpus, [] {});
    ASSERT_TRUE(next.start(42));
    EXPECT_EQ(places(next), (std::vector{place, removed}));
    EXPECT_EQ(next.bridge_of_meter(place), k_bridge);
    EXPECT_EQ(next.meter_record(place).size(), k_record.size());
    EXPECT_EQ(next.record_cells(), 2U);
}

} // namespace
} // namespace bvs::maps
