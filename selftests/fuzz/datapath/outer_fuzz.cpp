// SPDX-License-Identifier: Apache-2.0
//
// Whatever comes in from the underlay: the parser stays within the packet, and what it says of
// outer headers fits together; Geneve's options come out of a header as they would stand in one.
// The first byte of the input is a listener's type, of UDP, and says whether the packet is a
// super-frame.
#include "selftests/fuzz/datapath/native_options.h"
#include "selftests/fuzz/datapath/native_outer.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <memory>

namespace {

void claim(bool holds) {
    if (!holds)
        std::abort();
}

// A block of its very size, so that a read beyond it is seen.
bvs_native_outer parse(const std::uint8_t *data, std::size_t size, std::uint8_t type, bool super) {
    const std::unique_ptr<std::uint8_t[]> packet(new std::uint8_t[size]);
    std::copy_n(data, size, packet.get());
    bvs_native_outer outer;
    bvs_native_parse_outer(packet.get(), packet.get() + size, type, super, &outer);
    return outer;
}

bool is_none_or(const bvs_address &address, bool v4) {
    return bvs_address_is_none(&address) || bvs_address_is_v4(&address) == v4;
}

void check_carrier(const bvs_native_outer &o, std::size_t size) {
    const bool gre = o.ip_proto == IPPROTO_GRE;
    const bool v4 = bvs_address_is_v4(&o.to.local);

    claim(gre || o.ip_proto == IPPROTO_UDP);
    claim(!gre || o.to.dst_port == 0);
    claim(is_none_or(o.to.remote, v4) && is_none_or(o.to.local, v4));
    claim(!bvs_address_is_none(&o.to.remote) || o.is_martian);
    claim(o.l4 >= ETH_HLEN + (v4 ? 20U : 40U) && o.l4 <= ETH_HLEN + 60U);
    claim(o.l4 + (gre ? 4 : 8) <= size);
    claim(o.to.precision == 0 && o.to.reserved == 0 && o.ecn <= 3);
}

// Only what the tunnel's type has.
std::uint64_t most_said(std::uint8_t type) {
    switch (type) {
    case BVS_TUNNEL_GENEVE:
        return BVS_FLOW_TUNNEL_OAM;
    case BVS_TUNNEL_VXLAN:
        return bvs_low_bits(BVS_BITS_tunnel_gbp_id) << BVS_LOWEST_tunnel_gbp_id |
               0x48ULL << BVS_LOWEST_tunnel_gbp_flags;
    default:
        return 0;
    }
}

void check_tunnel(const bvs_native_outer &o, std::size_t size, bool super) {
    const bool gre = o.ip_proto == IPPROTO_GRE;

    claim(o.l4 + (gre ? 4 : 16) <= o.at && o.at <= o.end && o.end <= size);
    claim(super ? o.end == size : o.end <= o.ip_end);
    claim(o.at - o.l4 <= 16U + 63 * 4);
    claim(o.to.key < (gre ? 1ULL << 32 : 1ULL << 24));
    claim(!(o.flags_and_policy & ~most_said(o.to.type)));
}

void check_inner(const bvs_native_outer &o, std::size_t size) {
    const std::uint32_t bits = o.inner_ipv6 ? 0x30 : 3;
    const auto ecn = (o.inner_first_after & bits) >> (o.inner_ipv6 ? 4 : 0);

    claim(o.passes || (o.ecn == 3 && o.inner_at));
    claim((o.inner_first & ~bits) == (o.inner_first_after & ~bits));
    claim(o.inner_first == o.inner_first_after || (o.inner_at && o.passes && ecn == o.ecn));
    claim(!o.can_be_cut || o.inner_at);
    if (o.inner_at)
        claim(o.inner_at >= o.at + ETH_HLEN && o.inner_at + (o.inner_ipv6 ? 40 : 20) <= size);
}

constexpr bvs_tlv_table k_table = {
    .options = 64,
    .record = 0,
    .option = {{.option_class = 0x102, .type = 0x80, .bytes = 4, .slot = 0, .reserved = {}},
               {.option_class = 0xffff, .type = 1, .bytes = 8, .slot = 2, .reserved = {}},
               {.option_class = 0xffff, .type = 2, .bytes = 12, .slot = 5, .reserved = {}},
               {.option_class = 1, .type = 1, .bytes = 16, .slot = 8, .reserved = {}}}};

void check_options(const std::uint8_t *data, const bvs_native_outer &o) {
    bvs_flow flow{}, again{};
    std::uint8_t written[BVS_GENEVE_OPTION_BYTES];

    claim(o.options <= BVS_GENEVE_OPTION_BYTES && o.l4 + 16 + o.options == o.at);
    if (!bvs_native_read_options(&k_table, data + o.at - o.options, o.options, &flow))
        return;
    const auto there = bvs_flow_get(&flow, options_present);
    claim(there < 16);
    const auto bytes = bvs_native_write_options(&k_table, &flow, written);
    claim(bytes <= o.options && !bytes == !there);
    claim(bvs_native_read_options(&k_table, written, bytes, &again));
    claim(!std::memcmp(&flow, &again, sizeof flow));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    if (size < 1)
        return 0;
    const std::uint8_t type = data[0] & 1 ? BVS_TUNNEL_VXLAN : BVS_TUNNEL_GENEVE;
    const bool super = data[0] & 2;
    ++data, --size;
    const auto outer = parse(data, size, type, super);
    if (outer.is_carrier)
        check_carrier(outer, size);
    if (!outer.is_tunnel)
        return 0;
    check_tunnel(outer, size, super);
    check_inner(outer, size);
    if (outer.to.type == BVS_TUNNEL_GENEVE)
        check_options(data, outer);
    // Cut off in a header, or anywhere if the headers tell its length, it is none any more.
    for (std::size_t shorter = 0; shorter < outer.at; ++shorter)
        claim(!parse(data, shorter, type, super).is_tunnel);
    if (!super)
        claim(!parse(data, outer.end - 1, type, super).is_tunnel);
    return 0;
}
