// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/test_run.h"

#include "bench/tools/place.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <vector>

namespace bvs::bench {

namespace {

constexpr std::size_t k_most_bytes = 2048;

// Runs the program as often as `options` says, on a frame of its own.
Result<> test(const TestRun &run, bpf_test_run_opts &options) {
    __sk_buff skb = {};
    skb.ifindex = run.ifindex;
    xdp_md md = {};
    md.data_end = static_cast<__u32>(run.frame.size());
    md.ingress_ifindex = run.ifindex;
    options.sz = sizeof options;
    options.data_in = run.frame.data();
    options.data_size_in = static_cast<__u32>(run.frame.size());
    options.ctx_in = run.xdp ? static_cast<void *>(&md) : &skb;
    options.ctx_size_in = run.xdp ? sizeof md : sizeof skb;
    if (bpf_prog_test_run_opts(run.program, &options))
        return fail_errno(errno, "BPF_PROG_TEST_RUN");
    if (static_cast<int>(options.retval) != run.verdict)
        return fail("a test run ended with verdict {} instead of {}", options.retval, run.verdict);
    return {};
}

} // namespace

Result<double> nanoseconds(const TestRun &run, std::uint32_t packets) {
    bpf_test_run_opts options = {};
    options.repeat = static_cast<int>(packets);
    const double begin = thread_cpu_seconds();
    if (auto tested = test(run, options); !tested)
        return std::unexpected(tested.error());
    return (thread_cpu_seconds() - begin) * 1e9 / packets;
}

Result<Single> single(const TestRun &run) {
    Single result = {.frame = fixture::Bytes(k_most_bytes)};
    bpf_test_run_opts options = {};
    options.repeat = 1;
    options.data_out = result.frame.data();
    options.data_size_out = static_cast<__u32>(result.frame.size());
    if (auto tested = test(run, options); !tested)
        return std::unexpected(tested.error());
    result.frame.resize(options.data_size_out);
    result.nanoseconds = options.duration;
    return result;
}

Result<double> median(const TestRun &run, std::uint32_t runs) {
    return median(run, runs, [&run](std::uint64_t) { return run.frame; });
}

Result<double> median(TestRun run, std::uint32_t runs,
                      const std::function<fixture::Bytes(std::uint64_t nth)> &frame_of) {
    std::vector<std::uint32_t> all;
    all.reserve(runs);
    for (std::uint32_t i = 0; i < runs; ++i) {
        run.frame = frame_of(i);
        const auto one = single(run);
        if (!one)
            return std::unexpected(one.error());
        all.push_back(one->nanoseconds);
    }
    const auto middle = all.begin() + runs / 2;
    std::ranges::nth_element(all, middle);
    return *middle;
}

} // namespace bvs::bench
