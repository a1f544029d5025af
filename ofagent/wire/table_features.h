// SPDX-License-Identifier: Apache-2.0
//
// What tables can do: OpenFlow 1.5.1, 7.3.5.18; 1.3.5, A.3.5.5. All of ours can do the same, so
// that a value says little and its encoding much.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<TableFeaturesRequest> read_table_features_request(Reader &reader,
                                                                const Dialect &dialect);
void write_table_features_request(Writer &writer, const TableFeaturesRequest &request,
                                  const Dialect &dialect);

model::Answer<TableFeatures> read_table_features(Reader &reader, const Dialect &dialect);
void write_table_features(Writer &writer, const TableFeatures &features, const Dialect &dialect);

} // namespace bvs::wire
