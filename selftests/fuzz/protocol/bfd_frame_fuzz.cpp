// SPDX-License-Identifier: Apache-2.0
//
// Whatever arrives as BFD: what is understood is written such that it is understood as the same,
// and the session that heard it goes on by its own wishes, at no more than its rate.
#include "selftests/fuzz/protocol/mend.h"
#include "switch/protocol/bfd.h"

#include <cstdlib>

namespace {

using namespace bvs::protocol;
using namespace std::chrono_literals;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static_cast<void>(decode_bfd_frame({data, size}));
    auto frame = decode_bfd_frame(mended({data, size}));
    if (!frame)
        return 0;
    claim(decode_bfd_frame(encode_bfd_frame(*frame)) == *frame);

    Time now{std::chrono::hours(1)};
    const auto start = now;
    Bfd session("s", {}, {}, [] { return 7u; }, now);
    frame->packet.your_discriminator = 0; // as if it meant this one
    std::size_t sent = 0;
    for (int i = 0; i < 20 && now < start + 10s; i++) {
        claim(session.receive(*frame, now).has_value());
        sent += session.run(now).frames.size();
        claim(session.next() > now);
        now = session.next();
    }
    // Each round answers a poll at most, and is one interval of at least 75 ms later.
    claim(sent <= 40);
    claim(session.status().size() == 6);
    return 0;
}
