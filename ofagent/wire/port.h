// SPDX-License-Identifier: Apache-2.0
//
// Ports: OpenFlow 1.5.1, 7.2.1, 7.3.4.3, 7.3.5.5, 7.3.5.6 and 7.4.3; OpenFlow 1.0.2, 5.2.1; 1.3.5,
// A.2.1.
#pragma once

#include "ofagent/wire/bytes.h"
#include "ofagent/wire/message.h"

namespace bvs::wire {

std::size_t port_description_size(Version version); // in bytes, as we write it

model::Answer<model::PortDescription> read_port_description(Reader &reader, const Dialect &dialect);
void write_port_description(Writer &writer, const model::PortDescription &port,
                            const Dialect &dialect);

model::Answer<PortStatus> read_port_status(Reader &reader, const Dialect &dialect);
void write_port_status(Writer &writer, const PortStatus &status, const Dialect &dialect);

model::Answer<model::PortMod> read_port_mod(Reader &reader, const Dialect &dialect);
void write_port_mod(Writer &writer, const model::PortMod &mod, const Dialect &dialect);

model::Answer<PortStatsRequest> read_port_stats_request(Reader &reader, const Dialect &dialect);
void write_port_stats_request(Writer &writer, const PortStatsRequest &request,
                              const Dialect &dialect);
model::Answer<model::PortStats> read_port_stats(Reader &reader, const Dialect &dialect);
void write_port_stats(Writer &writer, const model::PortStats &stats, const Dialect &dialect);

model::Answer<PortDescRequest> read_port_desc_request(Reader &reader, const Dialect &dialect);
void write_port_desc_request(Writer &writer, const PortDescRequest &request,
                             const Dialect &dialect);

} // namespace bvs::wire
