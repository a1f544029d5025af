// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/tunnel_cost.h"

#include "bench/tools/datagram.h"
#include "bench/tools/place.h"
#include "bench/tools/rounds.h"
#include "bench/tools/test_run.h"

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>
#include <vector>

namespace bvs::bench {

namespace {

using fixture::Bytes;
using fixture::Frame;

Result<Bytes> datagram_between(const std::string &from, const std::string &to) {
    const auto src = mac_of(from), dst = mac_of(to);
    for (const auto &one : {src, dst})
        if (!one)
            return std::unexpected(one.error());
    return Frame{.dst = *dst, .src = *src, .type = ETH_P_IP, .payload = datagram()}.bytes();
}

// What the far host gets: the kernel fills in the link header after the program.
Result<Bytes> wrapped(const TestRun &wrap, const std::string &to) {
    auto sent = single(wrap);
    if (!sent)
        return std::unexpected(sent.error());
    const auto mac = mac_of(to);
    if (!mac)
        return std::unexpected(mac.error());
    std::ranges::copy(fixture::big_endian(*mac, 6), sent->frame.begin());
    return std::move(sent->frame);
}

Result<std::vector<Cost>> costs_of(const TunnelCostOptions &o, int program, int underlay_program) {
    const auto here = datagram_between(o.from, o.here), there = datagram_between(o.from, o.there);
    for (const auto &one : {here, there})
        if (!one)
            return std::unexpected(one.error());
    if (auto entered = enter_netns(o.netns); !entered)
        return std::unexpected(entered.error());
    const auto port = netdev(o.port);
    if (!port)
        return std::unexpected(port.error());
    const TestRun plain = {
        .program = program, .ifindex = *port, .verdict = TC_ACT_REDIRECT, .frame = *here};
    TestRun wrap = plain, unwrap = plain;
    wrap.frame = *there;
    auto carrier = wrapped(wrap, o.underlay_mac);
    if (!carrier)
        return std::unexpected(carrier.error());
    if (auto entered = enter_netns(o.peer_netns); !entered)
        return std::unexpected(entered.error());
    const auto underlay = netdev(o.underlay);
    if (!underlay)
        return std::unexpected(underlay.error());
    unwrap.program = underlay_program;
    unwrap.ifindex = *underlay;
    unwrap.frame = std::move(*carrier);
    const auto cost = [&o](const std::string &netns, const TestRun &run) {
        return [&o, &netns, run]() -> Result<double> {
            if (auto entered = enter_netns(netns); !entered)
                return std::unexpected(entered.error());
            return median(run, o.packets);
        };
    };
    return std::vector<Cost>{{"plain", cost(o.netns, plain)},
                             {"wrap", cost(o.netns, wrap)},
                             {"unwrap", cost(o.peer_netns, unwrap)}};
}

} // namespace

Result<std::string> tunnel_cost(const TunnelCostOptions &options) {
    const Descriptor program(bpf_prog_get_fd_by_id(options.program));
    const Descriptor underlay_program(bpf_prog_get_fd_by_id(options.underlay_program));
    if (!program || !underlay_program)
        return fail_errno(errno, "no BPF program {} or {}", options.program,
                          options.underlay_program);
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());
    const auto costs = costs_of(options, program.get(), underlay_program.get());
    if (!costs)
        return std::unexpected(costs.error());
    return in_rounds(*costs, options.rounds, 0);
}

} // namespace bvs::bench
