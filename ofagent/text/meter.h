// SPDX-License-Identifier: Apache-2.0
//
// Meters as ovs-ofctl(8) writes them: meter=1,kbps,burst,bands=type=drop,rate=1000,burst_size=100.
#pragma once

#include "base/result.h"
#include "switch/model/meter.h"

#include <string>
#include <string_view>

namespace bvs::text {

// Empty, with `remove`: all meters.
Result<model::MeterMod> parse_meter_mod(std::string_view text, model::MeterCommand command);
// A number, or slowpath, controller, all.
Result<std::uint32_t> parse_meter_id(std::string_view text);

// Entries of dump-meters and meter-stats, several lines each, the last without its end.
std::string format(const model::MeterConfig &meter);
std::string format(const model::MeterStats &stats);

} // namespace bvs::text
