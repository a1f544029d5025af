// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/pipeline_cost.h"

#include "bench/tools/datagram.h"
#include "bench/tools/place.h"
#include "bench/tools/test_run.h"
#include "bench/tools/yardstick.h"

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>
#include <vector>

namespace bvs::bench {

namespace {

using fixture::Frame;

struct Case {
    const char *name;
    int program;
    int measured; // what makes new flows hands them to this
    int verdict;
    std::uint32_t packets;
    std::vector<double> rounds = {};
};

Result<> measure(std::vector<Case> &cases, const Yardstick &yardstick, std::uint32_t ifindex,
                 std::uint32_t rounds) {
    const auto frame = Frame{.type = ETH_P_IP, .payload = datagram()}.bytes();
    for (std::uint32_t round = 0; round <= rounds; ++round)
        for (auto &one : cases) {
            if (auto ok = yardstick.measure(one.measured); !ok)
                return ok;
            const auto cost = nanoseconds({.program = one.program,
                                           .ifindex = ifindex,
                                           .verdict = one.verdict,
                                           .frame = frame},
                                          one.packets);
            if (!cost)
                return fail("{}: {}", one.name, cost.error().message);
            if (round > 0) // the first warms up
                one.rounds.push_back(*cost);
        }
    return {};
}

} // namespace

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

    const int empty = yardstick->program("bench_empty"), tc = program.get();
    const int new_flow = yardstick->program("bench_new_flow");
    std::vector<Case> cases = {
        {"empty", empty, empty, TC_ACT_OK, options.packets},
        {"hit", tc, empty, TC_ACT_REDIRECT, options.packets},
        {"empty_new", new_flow, empty, TC_ACT_OK, options.new_flows},
        {"first", new_flow, tc, TC_ACT_REDIRECT, options.new_flows},
    };
    if (auto done = measure(cases, *yardstick, *ifindex, options.rounds); !done)
        return std::unexpected(done.error());
    std::string json;
    for (const auto &one : cases)
        json += fmt::format(R"({}"{}": [{:.2f}])", json.empty() ? "" : ", ", one.name,
                            fmt::join(one.rounds, ", "));
    return "{" + json + "}";
}

} // namespace bvs::bench
