// SPDX-License-Identifier: Apache-2.0
//
// SCTP's ports, which its checksum covers, over packets of any length.
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>

using namespace bvs::fixture;

namespace {

// CRC32c, RFC 9260, appendix A, bit by bit.
std::uint32_t crc32c(const Bytes &bytes) {
    std::uint32_t sum = ~0U;
    for (const auto byte : bytes) {
        sum ^= byte;
        for (int i = 0; i < 8; ++i)
            sum = sum & 1 ? sum >> 1 ^ 0x82f63b78 : sum >> 1;
    }
    return ~sum;
}

// With its sum, which goes lowest byte first, and something behind the packet that is not its own.
Bytes sctp_frame(std::uint16_t from, std::uint16_t to, bool summed, std::size_t data,
                 bool ipv6_below, std::uint16_t frag = 0) {
    auto message = big_endian(from, 2) + big_endian(to, 2) + big_endian(0x12345678, 4) + Bytes(4) +
                   Bytes(data, 0x5a);
    const auto crc = crc32c(message);
    if (summed)
        put(message, 8, big_endian(__builtin_bswap32(crc), 4));
    return Frame{
        .type = static_cast<std::uint16_t>(ipv6_below ? ETH_P_IPV6 : ETH_P_IP),
        .payload = (ipv6_below ? ipv6(IPPROTO_SCTP, message) : ipv4(IPPROTO_SCTP, message, frag)) +
                   Bytes(5, 7)}
        .bytes();
}

const Program k_other_ports = {load(FIELD(tp_src, 4321)), load(FIELD(tp_dst, 8080))};

TEST(PipelineSctp, PortsWithTheSumOverAll) {
    for (const bool six : {false, true})
        for (const std::size_t data : {0U, 1U, 1001U}) {
            expect_rewritten(sctp_frame(1000, 80, true, data, six), k_other_ports,
                             sctp_frame(4321, 8080, true, data, six));
            expect_rewritten(sctp_frame(1000, 80, false, data, six), k_other_ports,
                             sctp_frame(4321, 8080, false, data, six));
        }
}

TEST(PipelineSctp, NotOfFragments) {
    Lab lab({{}, {}});
    Rules rules(lab);
    rules.set_flags(BVS_PIPELINE_FRAGMENTS_NX_MATCH);
    rules.add({.program = k_other_ports + Program{output(2)}});
    EXPECT_EQ(lab.send(1, sctp_frame(1000, 80, true, 8, false, 0x2000)), Delivery{});
    EXPECT_EQ(lab.counters(1).drops[BVS_DROP_SCTP_PORTS], 1U);
}

} // namespace
