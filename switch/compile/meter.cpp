// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/meter.h"

#include <algorithm>

namespace bvs::compile {

namespace {

constexpr std::uint64_t k_second = 1'000'000'000ULL << BVS_METER_CLOCK_SHIFT;
constexpr std::uint64_t k_bytes = 125; // of a kilobit

bvs_meter_band compile_band(const model::Band &band, const model::MeterFlags &flags) {
    const auto burst = flags.burst && band.burst ? band.burst : band.rate;
    const auto seconds = static_cast<double>(burst) / band.rate;
    const auto most = static_cast<double>(BVS_METER_CLOCK);
    return {.paid = 0,
            .burst =
                static_cast<std::uint64_t>(std::min(seconds * static_cast<double>(k_second), most)),
            .price =
                (k_second << BVS_METER_PRICE_SHIFT) / (flags.packets ? 1 : k_bytes) / band.rate,
            .packets = 0,
            .bytes = 0,
            .rate = band.rate,
            .type = static_cast<std::uint16_t>(band.type),
            .precedence = band.precedence};
}

} // namespace

bvs_meter_bands compile_meter(const model::MeterConfig &config) {
    bvs_meter_bands compiled{};
    compiled.of_packets = config.flags.packets;
    for (const auto &band : config.bands)
        compiled.band[compiled.bands++] = compile_band(band, config.flags);
    return compiled;
}

} // namespace bvs::compile
