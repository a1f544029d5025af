// SPDX-License-Identifier: Apache-2.0
//
// Whatever somebody gives bvsctl port-state import: what is understood is written such that it is
// understood again as the same, also for a port of another number.
#include "switch/port_state.h"

#include <cstdlib>

namespace {

using namespace bvs;

constexpr std::uint32_t k_here = 5, k_there = 6;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

std::string written(const daemon::PortState &state, std::uint32_t number) {
    return daemon::to_json(state, {text::nameless(), "vm1", number});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto state = daemon::parse_port_state(text, text::nameless(), k_here);
    if (!state)
        return 0;
    const auto document = written(*state, k_here);
    const auto here = daemon::parse_port_state(document, text::nameless(), k_here);
    claim(here && written(*here, k_here) == document);
    claim(here->flows.size() == state->flows.size() && here->addresses == state->addresses);
    const auto there = daemon::parse_port_state(document, text::nameless(), k_there);
    claim(there && written(*there, k_there) == document);
    return 0;
}
