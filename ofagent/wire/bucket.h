// SPDX-License-Identifier: Apache-2.0
//
// Buckets of groups: as 1.1 to 1.4 have them, and as 1.5 and Nicira's extension of 1.0 do, with
// numbers and properties. OpenFlow 1.5.1, 7.3.4.3; 1.3.5, A.3.4.2.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

constexpr bool has_bucket_properties(Version version) {
    return version == Version::of10 || version >= Version::of15;
}

// Up to the end of the reader.
model::Answer<std::vector<model::Bucket>> read_buckets(Reader &reader, model::GroupType type,
                                                       const Dialect &dialect);
// A bucket without a number gets its place's, where the version has numbers.
void write_buckets(Writer &writer, const std::vector<model::Bucket> &buckets, model::GroupType type,
                   const Dialect &dialect);

} // namespace bvs::wire
