// SPDX-License-Identifier: Apache-2.0
#include "netflow/element.h"

namespace bvs::netflow {

void write_record(Writer &writer, const Elements &elements, const FlowRecord &record,
                  const ExportContext &context) {
    for (const auto &element : elements)
        element.write(writer, record, context);
}

void write_specifiers(Writer &writer, const Elements &elements) {
    constexpr std::uint16_t of_enterprise = 0x8000;
    for (const auto &element : elements) {
        writer.u16(element.enterprise ? element.id | of_enterprise : element.id);
        writer.u16(element.length);
        if (element.enterprise)
            writer.u32(element.enterprise);
    }
}

} // namespace bvs::netflow
