// SPDX-License-Identifier: Apache-2.0
//
// What a program costs by itself: BPF_PROG_TEST_RUN on one frame, many times.
#pragma once

#include "base/result.h"
#include "selftests/fixture/frame.h"

#include <cstdint>
#include <functional>

namespace bvs::bench {

struct TestRun {
    int program = 0;
    bool xdp = false;
    std::uint32_t ifindex = 0; // in this thread's namespace
    int verdict = 0;           // that the run must end with
    fixture::Bytes frame;
};

// CPU time of a packet, an empty program's included.
Result<double> nanoseconds(const TestRun &run, std::uint32_t packets);

// One frame as the program leaves it, and the kernel's clock around the run.
struct Single {
    fixture::Bytes frame;
    std::uint32_t nanoseconds = 0;
};
Result<Single> single(const TestRun &run);

// Nanoseconds of as many single runs, the median: an interrupt that one waited for does not count.
// The frame of the run numbered from 0 is what `frame_of` says.
Result<double> median(const TestRun &run, std::uint32_t runs);
Result<double> median(TestRun run, std::uint32_t runs,
                      const std::function<fixture::Bytes(std::uint64_t nth)> &frame_of);

} // namespace bvs::bench
