// SPDX-License-Identifier: Apache-2.0
//
// Whatever somebody gives bvsctl port-state import: what is understood is written such that it is
// understood again as the same.
#include "switch/port_state.h"

#include <cstdlib>

namespace {

using namespace bvs;

constexpr std::uint32_t k_port = 5;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

std::string written(const daemon::PortState &state) {
    return daemon::to_json(state, {text::nameless(), "vm1", k_port});
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const auto state = daemon::parse_port_state(text, text::nameless(), k_port);
    if (!state)
        return 0;
    const auto document = written(*state);
    const auto again = daemon::parse_port_state(document, text::nameless(), k_port);
    claim(again && written(*again) == document);
    claim(again->flows.size() == state->flows.size() && again->addresses == state->addresses &&
          again->options == state->options);
    return 0;
}
