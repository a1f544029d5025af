// SPDX-License-Identifier: Apache-2.0
//
// Whatever a link's far end sends as LACP: what is understood is written such that it is understood
// as the same, and the machine that heard it still keeps to its rate and agrees with itself.
#include "switch/protocol/lacp.h"

#include <cstdlib>

namespace {

using namespace bvs::protocol;

constexpr PortId k_port = 1;
constexpr std::size_t k_most_pdus = 3;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const ByteSpan frame(data, size);
    const auto pdu = decode_slow_frame(frame);
    if (pdu)
        claim(decode_slow_frame(encode_slow_frame({}, *pdu)) == *pdu);

    Time now{std::chrono::hours(1)};
    Lacp lacp({.active = true, .fast = true, .system = {2, 0, 0, 0, 0, 1}});
    lacp.set_member(k_port, {.name = "p", .port = 1}, now);
    lacp.set_carrier(k_port, true, now);
    std::size_t sent = 0;
    for (int i = 0; i < 8; i++) {
        claim(lacp.receive(k_port, frame, now).has_value() == pdu.has_value());
        for (const auto &out : lacp.run(now))
            sent += std::holds_alternative<LacpPdu>(decode_slow_frame(out.frame).value());
        claim(!lacp.may_carry(k_port) || (lacp.attached(k_port) && lacp.negotiated()));
    }
    claim(sent <= k_most_pdus);
    claim(lacp.statistics(k_port).bad == (pdu ? 0u : 8u));
    return 0;
}
