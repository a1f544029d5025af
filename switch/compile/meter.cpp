// SPDX-License-Identifier: Apache-2.0
#include "switch/compile/meter.h"

#include "switch/compile/bucket.h"

namespace bvs::compile {

namespace {

bvs_meter_band compile_band(const model::Band &band, const model::MeterFlags &flags) {
    const auto burst = flags.burst && band.burst ? band.burst : band.rate;
    const auto bucket = bucket_of(band.rate, burst, flags.packets ? 1 : k_bytes_of_kilobit);
    return {.paid = 0,
            .burst = bucket.burst,
            .price = bucket.price,
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
