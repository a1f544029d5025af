// SPDX-License-Identifier: Apache-2.0
#include "bench/tools/tunnel_crowd.h"

#include "bench/tools/datagram.h"
#include "bench/tools/place.h"
#include "bench/tools/rounds.h"
#include "bench/tools/test_run.h"

#include <bpf/bpf.h>
#include <linux/pkt_cls.h>

namespace bvs::bench {

namespace {

using fixture::big_endian;
using fixture::Bytes;
using fixture::Frame;
using fixture::mac;

constexpr std::uint32_t k_packets = 20'000;
constexpr std::uint32_t k_stride = 7919; // a prime: one after the other is far from it

Bytes ipv4_header(std::uint32_t from, std::uint32_t to, std::size_t payload) {
    using fixture::operator+;
    const auto before =
        big_endian(0x45000000U | (20 + payload), 4) + big_endian(0x4000, 4) + big_endian(0x4011, 2);
    const auto after = big_endian(from, 4) + big_endian(to, 4);
    std::uint32_t sum = 0;
    for (const auto &part : {before, after})
        for (std::size_t i = 0; i < part.size(); i += 2)
            sum += part[i] << 8 | part[i + 1];
    sum = (sum >> 16) + (sum & 0xffff);
    return before + big_endian(~(sum + (sum >> 16)) & 0xffff, 2) + after;
}

// The port, the underlay's netdev and what comes in there.
struct Crowd {
    TestRun wrap;
    TestRun unwrap;
    std::uint64_t guest = 0;
    std::uint64_t underlay_mac = 0;
    std::uint32_t local = 0;
    std::uint32_t remote = 0; // of tunnel 0
};

Result<std::uint32_t> ipv4_of(const std::string &text) {
    const auto address = address_of(text, 0);
    if (!address)
        return std::unexpected(address.error());
    return ntohl(address->sin_addr.s_addr);
}

Result<Crowd> crowd_of(const TunnelCrowdOptions &o) {
    if (auto entered = enter_netns(o.netns); !entered)
        return std::unexpected(entered.error());
    const auto port = netdev(o.port), underlay = netdev(o.underlay);
    const auto local = ipv4_of(o.local), remote = ipv4_of(o.remote);
    for (const auto &one : {port, underlay, local, remote})
        if (!one)
            return std::unexpected(one.error());
    const auto guest = mac_of(o.guest), underlay_mac = mac_of(o.underlay_mac);
    for (const auto &one : {guest, underlay_mac})
        if (!one)
            return std::unexpected(one.error());
    return Crowd{.wrap = {.ifindex = *port, .verdict = TC_ACT_REDIRECT},
                 .unwrap = {.ifindex = *underlay, .verdict = TC_ACT_REDIRECT},
                 .guest = *guest,
                 .underlay_mac = *underlay_mac,
                 .local = *local,
                 .remote = *remote};
}

Bytes inner(std::uint64_t dst, std::uint64_t src) {
    return Frame{.dst = dst, .src = src, .type = ETH_P_IP, .payload = datagram()}.bytes();
}

Bytes outer(const Crowd &crowd, std::uint32_t tunnel, const Bytes &frame) {
    using fixture::operator+;
    const auto vxlan =
        big_endian(0x08000000, 4) + big_endian(std::uint64_t{tunnel} << 8, 4) + frame;
    const auto udp =
        big_endian(0x9c4012b5, 4) + big_endian(8 + vxlan.size(), 2) + big_endian(0, 2) + vxlan;
    return Frame{.dst = crowd.underlay_mac,
                 .type = ETH_P_IP,
                 .payload = ipv4_header(crowd.remote + tunnel, crowd.local, udp.size()) + udp}
        .bytes();
}

// The medians of packets from and to the first address, then each so manieth after it.

Result<double> unwrap(const Crowd &crowd, const TunnelCrowdOptions &o, std::uint32_t stride,
                      std::uint32_t packets) {
    return median(crowd.unwrap, packets, [&](std::uint64_t packet) {
        const auto nth = static_cast<std::uint32_t>(packet * stride % o.addresses);
        return outer(crowd, nth % o.tunnels, inner(crowd.guest, mac(nth)));
    });
}

Result<double> wrap(const Crowd &crowd, const TunnelCrowdOptions &o, std::uint32_t stride) {
    return median(crowd.wrap, k_packets, [&](std::uint64_t packet) {
        return inner(mac(static_cast<std::uint32_t>(packet * stride % o.addresses)), crowd.guest);
    });
}

} // namespace

Result<std::string> tunnel_crowd(const TunnelCrowdOptions &options) {
    const Descriptor program(bpf_prog_get_fd_by_id(options.program));
    const Descriptor underlay_program(bpf_prog_get_fd_by_id(options.underlay_program));
    if (!program || !underlay_program)
        return fail_errno(errno, "no BPF program {} or {}", options.program,
                          options.underlay_program);
    if (auto pinned = pin_to_cpu(0); !pinned)
        return std::unexpected(pinned.error());
    auto crowd = crowd_of(options);
    if (!crowd)
        return std::unexpected(crowd.error());
    crowd->wrap.program = program.get();
    crowd->unwrap.program = underlay_program.get();
    const auto learned = unwrap(*crowd, options, 1, options.addresses);
    if (!learned)
        return std::unexpected(learned.error());
    const auto rounds =
        in_rounds({{"unwrap_one", [&] { return unwrap(*crowd, options, 0, k_packets); }},
                   {"unwrap_any", [&] { return unwrap(*crowd, options, k_stride, k_packets); }},
                   {"wrap_one", [&] { return wrap(*crowd, options, 0); }},
                   {"wrap_any", [&] { return wrap(*crowd, options, k_stride); }}},
                  options.rounds, 0);
    if (!rounds)
        return rounds;
    return fmt::format(R"({{"learn": {:.0f}, "then": {}}})", *learned, *rounds);
}

} // namespace bvs::bench
