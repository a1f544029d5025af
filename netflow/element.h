// SPDX-License-Identifier: Apache-2.0
//
// Information elements: what a field of a template is, and how its value is got from a record.
// Numbers and lengths are those of IANA's registry "IPFIX Information Elements", of which NetFlow
// v9 (RFC 3954, 8) knows the numbers up to 127. A length below the registry's is RFC 7011's reduced
// size encoding (6.2).
#pragma once

#include "netflow/flow.h"
#include "netflow/writer.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace bvs::netflow {

// What is the same for all records of a message.
struct ExportContext {
    Time boot{}; // from which NetFlow v9 counts
    Moment moment;
    std::string_view virtual_observation; // at most 254 bytes
};

inline constexpr std::uint16_t k_variable = 0xffff; // the value says its length itself
inline constexpr std::uint32_t k_vmware = 6876;     // whose elements Open vSwitch uses for tunnels

struct Element {
    std::uint16_t id;
    std::uint16_t length;
    void (*write)(Writer &writer, const FlowRecord &record, const ExportContext &context);
    std::uint32_t enterprise = 0; // IANA's own
};
using Elements = std::vector<Element>;

// The one sampling that an exporter does, in the messages that speak of it.
inline constexpr std::uint64_t k_selector = 1;

void write_record(Writer &writer, const Elements &elements, const FlowRecord &record,
                  const ExportContext &context);

// The type and length of each; in IPFIX those of an enterprise are marked so.
void write_specifiers(Writer &writer, const Elements &elements);

} // namespace bvs::netflow
