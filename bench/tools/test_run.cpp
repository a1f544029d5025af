// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/test_run.h"

#include "bench/tools/place.h"

#include <bpf/bpf.h>

namespace bvs::bench {

Result<double> nanoseconds(const TestRun &run, std::uint32_t packets) {
    __sk_buff skb = {};
    skb.ifindex = run.ifindex;
    xdp_md md = {};
    md.data_end = static_cast<__u32>(run.frame.size());
    md.ingress_ifindex = run.ifindex;
    bpf_test_run_opts options = {};
    options.sz = sizeof options;
    options.data_in = run.frame.data();
    options.data_size_in = static_cast<__u32>(run.frame.size());
    options.ctx_in = run.xdp ? static_cast<void *>(&md) : &skb;
    options.ctx_size_in = run.xdp ? sizeof md : sizeof skb;
    options.repeat = static_cast<int>(packets);
    const double begin = thread_cpu_seconds();
    if (bpf_prog_test_run_opts(run.program, &options))
        return fail_errno(errno, "BPF_PROG_TEST_RUN");
    const double seconds = thread_cpu_seconds() - begin;
    if (static_cast<int>(options.retval) != run.verdict)
        return fail("a test run ended with verdict {} instead of {}", options.retval, run.verdict);
    return seconds * 1e9 / packets;
}

} // namespace bvs::bench
