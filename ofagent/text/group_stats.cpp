// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/duration.h"
#include "ofagent/text/group.h"

namespace bvs::text {

std::string format(const model::GroupStats &stats) {
    auto out = fmt::format("group_id={},duration={},ref_count={},packet_count={},byte_count={}",
                           stats.group, format_duration(stats.duration), stats.references,
                           stats.counters.packets, stats.counters.bytes);
    for (std::size_t i = 0; i < stats.buckets.size(); ++i)
        out += fmt::format(",bucket{}:packet_count={},byte_count={}", i, stats.buckets[i].packets,
                           stats.buckets[i].bytes);
    return out;
}

} // namespace bvs::text
