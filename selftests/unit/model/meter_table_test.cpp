// SPDX-License-Identifier: Apache-2.0
#include "switch/model/meter_table.h"

#include <gtest/gtest.h>

namespace bvs::model {
namespace {

using enum Refusal;

constexpr MeterFlags k_kbps{.kbps = true};

class Meters : public ::testing::Test {
  protected:
    std::optional<Refusal> run(MeterCommand command, const MeterConfig &config) {
        const auto changes = table_.plan({command, config}, std::chrono::seconds(1));
        if (!changes)
            return changes.error().refusal;
        table_.apply(*changes);
        last_ = *changes;
        return std::nullopt;
    }

    MeterTable table_;
    MeterChanges last_;
};

TEST_F(Meters, RefusesWhatCannotBe) {
    const auto mod = [](std::uint32_t meter, MeterFlags flags, std::vector<Band> bands = {}) {
        return MeterConfig{meter, flags, std::move(bands)};
    };
    const auto drop = Band{.rate = 100};
    ASSERT_EQ(run(MeterCommand::add, mod(1, k_kbps, {drop})), std::nullopt);
    table_.set_most(3);
    using enum MeterCommand;
    const struct {
        MeterCommand command;
        MeterConfig config;
        std::optional<Refusal> outcome;
    } cases[] = {
        {add, mod(1, k_kbps), meter_exists},
        {add, mod(0, k_kbps), meter_invalid},
        {add, mod(k_max_meter + 1, k_kbps), meter_invalid},
        {modify, mod(2, k_kbps), meter_unknown},
        {static_cast<MeterCommand>(3), mod(1, k_kbps), meter_bad_command},
        {add, mod(2, {}), meter_bad_flags},
        {add, mod(2, {.kbps = true, .packets = true}), meter_bad_flags},
        {add, mod(2, k_kbps, {Band{.rate = 0}}), meter_bad_rate},
        {add, mod(2, k_kbps, {Band{.type = static_cast<BandType>(3), .rate = 1}}), meter_bad_band},
        {add, mod(2, k_kbps, {Band{.type = BandType::dscp_remark, .rate = 1, .precedence = 4}}),
         meter_bad_band_value},
        {add, mod(2, k_kbps, std::vector(k_most_bands + 1, drop)), meter_out_of_bands},
        {remove, mod(0, {}), meter_invalid},
        {remove, mod(77, {}), std::nullopt},
        {add, mod(k_controller_meter, k_kbps, {drop}), std::nullopt},
        {add, mod(2, {.packets = true, .burst = true, .stats = true}, {drop}), std::nullopt},
        {add, mod(3, k_kbps, {drop}), meter_out_of_meters},
        {modify, mod(2, k_kbps, {drop}), std::nullopt},
    };
    for (std::size_t i = 0; i < std::size(cases); ++i)
        EXPECT_EQ(run(cases[i].command, cases[i].config), cases[i].outcome) << i;
}

TEST_F(Meters, ChangesAndUndoes) {
    run(MeterCommand::add, {1, k_kbps, {Band{.rate = 5}}});
    run(MeterCommand::add, {2, k_kbps, {Band{.rate = 6}}});
    run(MeterCommand::modify, {1, k_kbps, {Band{.rate = 7}}});
    EXPECT_EQ(table_.find(1)->config.bands[0].rate, 7U);
    table_.undo(last_);
    EXPECT_EQ(table_.find(1)->config.bands[0].rate, 5U);
    run(MeterCommand::remove, {.meter = k_all_meters});
    EXPECT_EQ(last_.size(), 2U);
    EXPECT_TRUE(table_.all().empty());
    table_.undo(last_);
    EXPECT_EQ(table_.all().size(), 2U);
}

} // namespace
} // namespace bvs::model
