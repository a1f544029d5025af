// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/pipeline_cost.h"

#include "bench/tools/datagram.h"
#include "bench/tools/place.h"
#include "bench/tools/rounds.h"
#include "bench/tools/test_run.h"
#include "bench/tools/yardstick.h"

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>

namespace bvs::bench {

Result<std::string> pipeline_cost(const PipelineCostOptions &options) {
    const auto yardstick = Yardstick::load();
    if (!yardstick)
        return std::unexpected(yardstick.error());
    if (auto entered = enter_netns(options.netns); !entered)
        return std::unexpected(entered.error());
    const auto ifindex = netdev(options.port);
    if (!ifindex)
        return std::unexpected(ifindex.error());
    const Descriptor program(bpf_prog_get_fd_by_id(options.program));
    if (!program)
        return fail_errno(errno, "no BPF program {}", options.program);
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());

    const auto frame = fixture::Frame{.type = ETH_P_IP, .payload = datagram()}.bytes();
    const int empty = yardstick->program("bench_empty"), tc = program.get();
    const int new_flow = yardstick->program("bench_new_flow");
    // `measured`: what makes new flows hands them to this.
    const auto cost = [&](int run, int measured, int verdict, std::uint32_t packets) {
        return [&, run, measured, verdict, packets]() -> Result<double> {
            if (auto ok = yardstick->measure(measured); !ok)
                return std::unexpected(ok.error());
            return nanoseconds(
                {.program = run, .ifindex = *ifindex, .verdict = verdict, .frame = frame}, packets);
        };
    };
    return in_rounds({{"empty", cost(empty, empty, TC_ACT_OK, options.packets)},
                      {"hit", cost(tc, empty, TC_ACT_REDIRECT, options.packets)},
                      {"empty_new", cost(new_flow, empty, TC_ACT_OK, options.new_flows)},
                      {"first", cost(new_flow, tc, TC_ACT_REDIRECT, options.new_flows)}},
                     options.rounds, 2);
}

} // namespace bvs::bench
