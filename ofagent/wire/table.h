// SPDX-License-Identifier: Apache-2.0
//
// Tables: OpenFlow 1.5.1, 7.3.4.1, 7.3.5.3, 7.3.5.4 and 7.4.5; 1.0.2, 5.3.5.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

model::Answer<TableMod> read_table_mod(Reader &reader, const Dialect &dialect);
void write_table_mod(Writer &writer, const TableMod &mod, const Dialect &dialect);

model::Answer<TableStatus> read_table_status(Reader &reader, const Dialect &dialect);
void write_table_status(Writer &writer, const TableStatus &status, const Dialect &dialect);

model::Answer<model::TableConfig> read_table_desc(Reader &reader, const Dialect &dialect);
void write_table_desc(Writer &writer, const model::TableConfig &config, const Dialect &dialect);

model::Answer<model::TableStats> read_table_stats(Reader &reader, const Dialect &dialect);
void write_table_stats(Writer &writer, const model::TableStats &stats, const Dialect &dialect);

// OFPTC_*: eviction and vacancy events.
std::uint32_t table_config_bits(const model::TableConfig &config);
void set_table_config(model::TableConfig &config, std::uint32_t bits);

} // namespace bvs::wire
