// SPDX-License-Identifier: Apache-2.0
//
// The numbers of errors: OpenFlow's types and codes, which differ between the versions, and where a
// version has none for a refusal, Nicira's (0x2320) and the ONF's (0x4f4e4600) that Open vSwitch's
// clients know.
#pragma once

#include "ofagent/wire/message.h"

#include <optional>

namespace bvs::wire {

struct ErrorNumber {
    std::uint32_t experimenter = 0; // 0: OpenFlow's own
    std::uint16_t type = 0;         // of an experimenter in 1.2 and newer: 0
    std::uint16_t code = 0;

    bool operator==(const ErrorNumber &) const = default;
};

// A refusal that the version has no number for is Nicira's "cannot be represented".
ErrorNumber error_number(model::Refusal refusal, Version version);

// Where one number has two meanings, the first in `Refusal`.
std::optional<model::Refusal> find_refusal(const ErrorNumber &number, Version version);

} // namespace bvs::wire
