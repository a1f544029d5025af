// SPDX-License-Identifier: Apache-2.0
//
// The flow of a frame, as the parser reads it in the kernel. Every frame is then cut off at
// every byte: a header that is not all there must not count.
#include "selftests/fixture/lab.h"
#include "selftests/fuzz/datapath/native_parse.h"
#include "selftests/prog/headers.h"

#include <algorithm>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <optional>

extern "C" {
extern const std::byte parse_probe_object_begin[];
extern const std::byte parse_probe_object_end[];
}

using namespace bvs::fixture;

namespace {

std::vector<std::uint64_t> words_of(const bvs_flow &flow) {
    return {std::begin(flow.word), std::end(flow.word)};
}

void add_layers(bvs_flow &flow, unsigned layers) {
    flow.word[BVS_WORD_layers] |= static_cast<std::uint64_t>(layers) << BVS_LOWEST_layers;
}

// The parser in the kernel.
class Probe {
  public:
    Probe()
        : object_(bpf_object__open_mem(
              parse_probe_object_begin,
              static_cast<std::size_t>(parse_probe_object_end - parse_probe_object_begin),
              nullptr)) {
        loaded_ = object_ && !bpf_object__load(object_);
    }
    ~Probe() { bpf_object__close(object_); }
    Probe(const Probe &) = delete;
    Probe &operator=(const Probe &) = delete;

    // Nothing where the kernel refuses the frame: it runs no program on IP without an IP header.
    std::optional<bvs_flow> parse(const Bytes &frame) const {
        bvs_flow flow = {};
        EXPECT_TRUE(loaded_);
        LIBBPF_OPTS(bpf_test_run_opts, options);
        options.data_in = frame.data();
        options.data_size_in = static_cast<__u32>(frame.size());
        const auto *program = bpf_object__find_program_by_name(object_, "bvs_parse_probe");
        if (bpf_prog_test_run_opts(bpf_program__fd(program), &options))
            return std::nullopt;
        const __u32 first = 0;
        EXPECT_EQ(
            bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(object_, "parsed"), &first, &flow),
            0);
        return flow;
    }

  private:
    bpf_object *object_;
    bool loaded_ = false;
};

const Probe &probe() {
    static Probe probe;
    return probe;
}

bvs_flow native(const Bytes &frame) {
    bvs_flow flow;
    bvs_native_parse(frame.data(), frame.data() + frame.size(), {}, &flow);
    return flow;
}

struct Case {
    const char *name;
    Frame frame;
    std::function<void(bvs_flow &)> expect; // beyond what Ethernet says
    std::size_t optional = 0;               // bytes at the end that no layer needs
};

void PrintTo(const Case &c, std::ostream *out) {
    *out << c.name;
}

class Parse : public testing::TestWithParam<Case> {};

TEST_P(Parse, ReadsEveryField) {
    const auto &c = GetParam();
    bvs_flow expected = {};
    bvs_flow_set(&expected, in_port, 1);
    bvs_flow_set(&expected, eth_type, c.frame.type);
    bvs_flow_set(&expected, eth_dst, c.frame.dst);
    bvs_flow_set(&expected, eth_src, c.frame.src);
    c.expect(expected);
    const auto frame = c.frame.bytes();
    const auto flow = probe().parse(frame);
    ASSERT_TRUE(flow);
    EXPECT_EQ(words_of(*flow), words_of(expected));
}

TEST_P(Parse, TakesNothingFromWhatIsCutOff) {
    const auto &c = GetParam();
    const auto whole = c.frame.bytes();
    const auto full = native(whole);
    for (auto size = whole.size() - 1; size >= ETH_HLEN; --size) {
        const Bytes frame(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto flow = native(frame);
        if (const auto in_kernel = probe().parse(frame)) {
            EXPECT_EQ(words_of(*in_kernel), words_of(flow)) << size << " bytes";
        }
        const auto layers = bvs_flow_get(&flow, layers);
        EXPECT_EQ(layers & ~bvs_flow_get(&full, layers) & ~BVS_LAYER_TRUNCATED, 0U)
            << size << " bytes";
        if (size < whole.size() - c.optional) {
            EXPECT_TRUE(layers & BVS_LAYER_TRUNCATED) << size << " bytes";
            EXPECT_FALSE(layers & BVS_LAYER_L4) << size << " bytes";
        }
    }
}

void add_ipv4(bvs_flow &flow, std::uint8_t protocol) {
    add_layers(flow, BVS_LAYER_IPV4);
    bvs_flow_set(&flow, ip_proto, protocol);
    bvs_flow_set(&flow, ip_tos, 0xb8);
    bvs_flow_set(&flow, ip_ttl, 64);
    bvs_flow_set(&flow, ipv4_src, 0x0a000001);
    bvs_flow_set(&flow, ipv4_dst, 0x0a000002);
}

constexpr auto k_prefix = 0x20010db800000000ULL; // of all IPv6 addresses here

void add_ipv6(bvs_flow &flow, std::uint8_t protocol) {
    add_layers(flow, BVS_LAYER_IPV6);
    bvs_flow_set(&flow, ip_proto, protocol);
    bvs_flow_set(&flow, ip_tos, 0xb8);
    bvs_flow_set(&flow, ip_ttl, 64);
    bvs_flow_set(&flow, ipv6_label, 0x12345);
    bvs_flow_set(&flow, ipv6_src_high, k_prefix);
    bvs_flow_set(&flow, ipv6_src_low, 1);
    bvs_flow_set(&flow, ipv6_dst_high, k_prefix);
    bvs_flow_set(&flow, ipv6_dst_low, 2);
}

void add_l4(bvs_flow &flow, std::uint16_t source, std::uint16_t destination) {
    add_layers(flow, BVS_LAYER_L4);
    bvs_flow_set(&flow, tp_src, source);
    bvs_flow_set(&flow, tp_dst, destination);
}

// IP with a header above it that has ports 1000 and 80.
std::function<void(bvs_flow &)> ports_over_ipv4(std::uint8_t protocol) {
    return [=](bvs_flow &flow) { add_ipv4(flow, protocol), add_l4(flow, 1000, 80); };
}
std::function<void(bvs_flow &)> ports_over_ipv6(std::uint8_t protocol) {
    return [=](bvs_flow &flow) { add_ipv6(flow, protocol), add_l4(flow, 1000, 80); };
}
// IP whose payload is not looked at.
std::function<void(bvs_flow &)> bare_ipv4(std::uint8_t protocol, std::uint8_t frag = 0) {
    return [=](bvs_flow &flow) { add_ipv4(flow, protocol), bvs_flow_set(&flow, ip_frag, frag); };
}
std::function<void(bvs_flow &)> bare_ipv6(std::uint8_t protocol, std::uint8_t frag = 0) {
    return [=](bvs_flow &flow) { add_ipv6(flow, protocol), bvs_flow_set(&flow, ip_frag, frag); };
}

// OpenFlow 1.5.1, 7.2.3.8.
enum : unsigned {
    k_no_next = 1 << 0,
    k_esp = 1 << 1,
    k_auth = 1 << 2,
    k_dest = 1 << 3,
    k_frag = 1 << 4,
    k_router = 1 << 5,
    k_hop = 1 << 6,
    k_out_of_sequence = 1 << 8,
};
std::function<void(bvs_flow &)> with_headers(unsigned seen,
                                             const std::function<void(bvs_flow &)> &rest) {
    return [=](bvs_flow &flow) { rest(flow), bvs_flow_set(&flow, ipv6_exthdr, seen); };
}

Frame ip4(const Bytes &payload) {
    return {.type = ETH_P_IP, .payload = payload};
}
Frame ip6(const Bytes &payload) {
    return {.type = ETH_P_IPV6, .payload = payload};
}

std::string test_name(const testing::TestParamInfo<Case> &info) {
    return info.param.name;
}

const auto k_nothing = [](bvs_flow &) {};

void add_tag(bvs_flow &flow) {
    add_layers(flow, BVS_LAYER_VLAN);
    bvs_flow_set(&flow, vlan_tpid, ETH_P_8021Q);
    bvs_flow_set(&flow, vlan_tci, 0xa00a | BVS_VLAN_PRESENT);
}

void add_both_tags(bvs_flow &flow) {
    add_layers(flow, BVS_LAYER_VLAN | BVS_LAYER_INNER_VLAN);
    bvs_flow_set(&flow, vlan_tpid, ETH_P_8021AD);
    bvs_flow_set(&flow, vlan_tci, 10 | BVS_VLAN_PRESENT);
    bvs_flow_set(&flow, inner_vlan_tpid, ETH_P_8021Q);
    bvs_flow_set(&flow, inner_vlan_tci, 20 | BVS_VLAN_PRESENT);
}

void add_arp(bvs_flow &flow) {
    add_layers(flow, BVS_LAYER_ARP);
    bvs_flow_set(&flow, arp_op, 2);
    bvs_flow_set(&flow, ipv4_src, 0x0a000001);
    bvs_flow_set(&flow, ipv4_dst, 0x0a000002);
    bvs_flow_set(&flow, arp_sha, mac(1));
    bvs_flow_set(&flow, arp_tha, mac(2));
}

INSTANTIATE_TEST_SUITE_P(
    Ethernet, Parse,
    testing::Values(Case{"plain", {}, k_nothing, 46},
                    Case{"one_tag", {.tags = {{ETH_P_8021Q, 0xa00a}}, .payload = {}}, add_tag, 4},
                    Case{"two_tags",
                         {.tags = {{ETH_P_8021AD, 10}, {ETH_P_8021Q, 20}},
                          .type = ETH_P_IP,
                          .payload = ipv4(IPPROTO_UDP, udp())},
                         [](bvs_flow &flow) {
                             add_both_tags(flow);
                             ports_over_ipv4(IPPROTO_UDP)(flow);
                         }},
                    Case{"third_tag_is_payload",
                         {.tags = {{ETH_P_8021AD, 10}, {ETH_P_8021Q, 20}},
                          .type = ETH_P_8021Q,
                          .payload = Bytes(8)},
                         add_both_tags,
                         8},
                    Case{"arp", {.type = ETH_P_ARP, .payload = arp()}, add_arp},
                    Case{"arp_of_another_protocol",
                         {.type = ETH_P_ARP, .payload = Bytes{0, 1, 0x86, 0xdd, 6, 4} + Bytes(22)},
                         [](bvs_flow &flow) { add_layers(flow, BVS_LAYER_TRUNCATED); }},
                    Case{"arp_of_something_else",
                         {.type = ETH_P_ARP, .payload = Bytes{0, 6} + Bytes(26)},
                         [](bvs_flow &flow) { add_layers(flow, BVS_LAYER_TRUNCATED); }}),
    test_name);

Frame of(std::uint16_t type, const Bytes &payload) {
    return {.type = type, .payload = payload};
}

void add_labels(bvs_flow &flow, std::uint64_t depth) {
    add_layers(flow, BVS_LAYER_MPLS);
    bvs_flow_set(&flow, mpls_depth, depth);
    bvs_flow_set(&flow, mpls_lse, depth > 1 ? 0x1002 : 0x1102);
    bvs_flow_set(&flow, mpls_lse_2, depth > 2 ? 0x2003 : depth > 1 ? 0x2103 : 0);
    bvs_flow_set(&flow, mpls_lse_3, depth > 3 ? 0x3004 : depth > 2 ? 0x3104 : 0);
}

Bytes labels(unsigned depth) {
    bvs_flow flow = {};
    add_labels(flow, depth);
    Bytes stack = big_endian(bvs_flow_get(&flow, mpls_lse), 4);
    if (depth > 1)
        stack = stack + big_endian(bvs_flow_get(&flow, mpls_lse_2), 4);
    if (depth > 2)
        stack = stack + big_endian(bvs_flow_get(&flow, mpls_lse_3), 4);
    return depth > 3 ? stack + big_endian(0x4105, 4) : stack;
}

std::function<void(bvs_flow &)> below_labels(std::uint64_t depth,
                                             const std::function<void(bvs_flow &)> &rest) {
    return [=](bvs_flow &flow) { add_labels(flow, depth), rest(flow); };
}

const Bytes k_customer = big_endian(mac(4), 6) + big_endian(mac(3), 6);
const Bytes k_udp = ipv4(IPPROTO_UDP, udp());

void add_customer(bvs_flow &flow) {
    add_layers(flow, BVS_LAYER_PBB);
    bvs_flow_set(&flow, pbb_tci, 0x68123456);
    bvs_flow_set(&flow, pbb_dst, mac(4));
    bvs_flow_set(&flow, pbb_src, mac(3));
    bvs_flow_set(&flow, pbb_type, ETH_P_IP);
    ports_over_ipv4(IPPROTO_UDP)(flow);
}

INSTANTIATE_TEST_SUITE_P(
    Mpls, Parse,
    testing::Values(Case{"one", of(ETH_P_MPLS_UC, labels(1) + k_udp),
                         below_labels(1, ports_over_ipv4(IPPROTO_UDP))},
                    Case{"two", of(ETH_P_MPLS_MC, labels(2) + ipv6(IPPROTO_UDP, udp())),
                         below_labels(2, ports_over_ipv6(IPPROTO_UDP))},
                    Case{"three", of(ETH_P_MPLS_UC, labels(3) + k_udp),
                         below_labels(3, ports_over_ipv4(IPPROTO_UDP))},
                    Case{"four", of(ETH_P_MPLS_UC, labels(4) + k_udp),
                         below_labels(BVS_MPLS_DEEP, k_nothing), 4 + 28},
                    Case{"of_something_else", of(ETH_P_MPLS_UC, labels(1) + Bytes(40)),
                         below_labels(1, k_nothing), 40}),
    test_name);

INSTANTIATE_TEST_SUITE_P(Pbb, Parse,
                         testing::Values(Case{"untagged",
                                              of(0x88e7, big_endian(0x68123456, 4) + k_customer +
                                                             big_endian(ETH_P_IP, 2) + k_udp),
                                              add_customer},
                                         Case{"tagged",
                                              of(0x88e7, big_endian(0x68123456, 4) + k_customer +
                                                             Bytes{0x81, 0, 0x70, 5, 8, 0} + k_udp),
                                              [](bvs_flow &flow) {
                                                  add_customer(flow);
                                                  bvs_flow_set(&flow, inner_vlan_tpid, ETH_P_8021Q);
                                                  bvs_flow_set(&flow, inner_vlan_tci, 0x7005);
                                                  bvs_flow_set(&flow, inner_vlan_dei, 1);
                                              }}),
                         test_name);

INSTANTIATE_TEST_SUITE_P(
    Llc, Parse,
    testing::Values(Case{"snap", of(36, Bytes{0xaa, 0xaa, 3, 0, 0, 0, 8, 0} + k_udp),
                         [](bvs_flow &flow) {
                             bvs_flow_set(&flow, eth_type, ETH_P_IP);
                             ports_over_ipv4(IPPROTO_UDP)(flow);
                         },
                         36},
                    Case{"snap_of_others", of(36, Bytes{0xaa, 0xaa, 3, 0, 0, 12, 8, 0} + k_udp),
                         [](bvs_flow &flow) { bvs_flow_set(&flow, eth_type, 0x05ff); }, 36},
                    Case{"spanning_tree", of(38, Bytes{0x42, 0x42, 3} + Bytes(35)),
                         [](bvs_flow &flow) { bvs_flow_set(&flow, eth_type, 0x05ff); }, 38}),
    test_name);

INSTANTIATE_TEST_SUITE_P(
    Ipv4, Parse,
    testing::Values(Case{"tcp", ip4(ipv4(IPPROTO_TCP, tcp(0x112))),
                         [](bvs_flow &flow) {
                             ports_over_ipv4(IPPROTO_TCP)(flow);
                             bvs_flow_set(&flow, tcp_flags, 0x112);
                         }},
                    Case{"udp", ip4(ipv4(IPPROTO_UDP, udp())), ports_over_ipv4(IPPROTO_UDP)},
                    Case{"sctp", ip4(ipv4(IPPROTO_SCTP, sctp())), ports_over_ipv4(IPPROTO_SCTP)},
                    Case{"icmp", ip4(ipv4(IPPROTO_ICMP, icmp(3, 4))),
                         [](bvs_flow &flow) { add_ipv4(flow, IPPROTO_ICMP), add_l4(flow, 3, 4); }},
                    Case{"icmpv6_is_none_here", ip4(ipv4(IPPROTO_ICMPV6, icmp(3, 4))),
                         bare_ipv4(IPPROTO_ICMPV6), 8},
                    Case{"gre", ip4(ipv4(IPPROTO_GRE, Bytes(8))), bare_ipv4(IPPROTO_GRE), 8},
                    Case{"options", ip4(ipv4(IPPROTO_UDP, udp(), 0, Bytes(40, 1))),
                         ports_over_ipv4(IPPROTO_UDP)},
                    Case{"options_before_gre", ip4(ipv4(IPPROTO_GRE, Bytes(8), 0, Bytes(8, 1))),
                         bare_ipv4(IPPROTO_GRE), 8},
                    Case{"do_not_fragment", ip4(ipv4(IPPROTO_UDP, udp(), 0x4000)),
                         ports_over_ipv4(IPPROTO_UDP)},
                    Case{"first_fragment", ip4(ipv4(IPPROTO_UDP, udp(), 0x2000)),
                         [](bvs_flow &flow) {
                             ports_over_ipv4(IPPROTO_UDP)(flow);
                             bvs_flow_set(&flow, ip_frag, BVS_FRAG_FIRST);
                         }},
                    Case{"later_fragment", ip4(ipv4(IPPROTO_UDP, udp(), 0x2010)),
                         bare_ipv4(IPPROTO_UDP, BVS_FRAG_LATER), 8},
                    Case{"last_fragment", ip4(ipv4(IPPROTO_UDP, udp(), 0x0010)),
                         bare_ipv4(IPPROTO_UDP, BVS_FRAG_LATER), 8},
                    Case{"wrong_version", ip4(Bytes{0x65} + Bytes(30)),
                         [](bvs_flow &flow) { add_layers(flow, BVS_LAYER_TRUNCATED); }},
                    Case{"header_too_short", ip4(Bytes{0x44} + Bytes(30)),
                         [](bvs_flow &flow) { add_layers(flow, BVS_LAYER_TRUNCATED); }}),
    test_name);

Bytes hops(int n) {
    Bytes chain;
    for (int i = 1; i < n; ++i)
        chain = chain + extension(IPPROTO_DSTOPTS, 8);
    return chain + extension(IPPROTO_UDP, 8) + udp();
}

void add_neighbour(bvs_flow &flow, std::uint8_t type) {
    add_ipv6(flow, IPPROTO_ICMPV6);
    add_l4(flow, type, 0);
    add_layers(flow, BVS_LAYER_ND);
    bvs_flow_set(&flow, nd_target_high, k_prefix);
    bvs_flow_set(&flow, nd_target_low, 9);
}

// AH, whose length is in other units, between two that are not.
const auto k_mixed = extension(IPPROTO_AH, 16) + authentication(IPPROTO_ROUTING, 12) +
                     extension(IPPROTO_MH, 24) + extension(IPPROTO_UDP, 8) + udp();

INSTANTIATE_TEST_SUITE_P(
    Ipv6, Parse,
    testing::Values(
        Case{"udp", ip6(ipv6(IPPROTO_UDP, udp())), ports_over_ipv6(IPPROTO_UDP)},
        Case{"tcp", ip6(ipv6(IPPROTO_TCP, tcp(2))),
             [](bvs_flow &flow) {
                 ports_over_ipv6(IPPROTO_TCP)(flow);
                 bvs_flow_set(&flow, tcp_flags, 2);
             }},
        Case{"hop_by_hop", ip6(ipv6(IPPROTO_HOPOPTS, extension(IPPROTO_UDP, 8) + udp())),
             with_headers(k_hop, ports_over_ipv6(IPPROTO_UDP))},
        Case{"routing", ip6(ipv6(IPPROTO_ROUTING, extension(IPPROTO_UDP, 24) + udp())),
             with_headers(k_router, ports_over_ipv6(IPPROTO_UDP))},
        Case{"destination_options", ip6(ipv6(IPPROTO_DSTOPTS, extension(IPPROTO_UDP, 16) + udp())),
             with_headers(k_dest, ports_over_ipv6(IPPROTO_UDP))},
        Case{"mobility", ip6(ipv6(IPPROTO_MH, extension(IPPROTO_UDP, 8) + udp())),
             ports_over_ipv6(IPPROTO_UDP)},
        Case{"authentication", ip6(ipv6(IPPROTO_AH, authentication(IPPROTO_UDP, 24) + udp())),
             with_headers(k_auth, ports_over_ipv6(IPPROTO_UDP))},
        Case{"mixed", ip6(ipv6(IPPROTO_HOPOPTS, k_mixed)),
             with_headers(k_hop | k_auth | k_router | k_out_of_sequence,
                          ports_over_ipv6(IPPROTO_UDP))},
        Case{"as_many_as_are_followed", ip6(ipv6(IPPROTO_DSTOPTS, hops(8))),
             with_headers(k_dest, ports_over_ipv6(IPPROTO_UDP))},
        Case{"one_too_many", ip6(ipv6(IPPROTO_DSTOPTS, hops(9))),
             with_headers(k_dest, bare_ipv6(IPPROTO_DSTOPTS)), 16},
        Case{"no_next_header", ip6(ipv6(IPPROTO_NONE, Bytes(8))),
             with_headers(k_no_next, bare_ipv6(IPPROTO_NONE)), 8},
        Case{"esp", ip6(ipv6(IPPROTO_ESP, Bytes(8))), with_headers(k_esp, bare_ipv6(IPPROTO_ESP)),
             8},
        Case{"esp_behind_routing",
             ip6(ipv6(IPPROTO_ROUTING, extension(IPPROTO_ESP, 24) + Bytes(8))),
             with_headers(k_router | k_esp, bare_ipv6(IPPROTO_ESP)), 8},
        Case{"icmp_is_none_here", ip6(ipv6(IPPROTO_ICMP, icmp(3, 4))), bare_ipv6(IPPROTO_ICMP), 8},
        Case{"whole_in_a_fragment_header",
             ip6(ipv6(IPPROTO_FRAGMENT, fragment(IPPROTO_UDP, 0) + udp())),
             with_headers(k_frag, ports_over_ipv6(IPPROTO_UDP))},
        Case{"first_fragment", ip6(ipv6(IPPROTO_FRAGMENT, fragment(IPPROTO_UDP, 1) + udp())),
             [](bvs_flow &flow) {
                 with_headers(k_frag, ports_over_ipv6(IPPROTO_UDP))(flow);
                 bvs_flow_set(&flow, ip_frag, BVS_FRAG_FIRST);
             }},
        Case{"later_fragment", ip6(ipv6(IPPROTO_FRAGMENT, fragment(IPPROTO_UDP, 9) + udp())),
             with_headers(k_frag, bare_ipv6(IPPROTO_UDP, BVS_FRAG_LATER)), 8},
        Case{"later_fragment_of_extensions",
             ip6(ipv6(IPPROTO_FRAGMENT, fragment(IPPROTO_DSTOPTS, 9) + Bytes(8))),
             with_headers(k_frag, bare_ipv6(IPPROTO_DSTOPTS, BVS_FRAG_LATER)), 8},
        Case{"wrong_version", ip6(Bytes{0x45} + Bytes(50)),
             [](bvs_flow &flow) { add_layers(flow, BVS_LAYER_TRUNCATED); }}),
    test_name);

INSTANTIATE_TEST_SUITE_P(
    Icmpv6, Parse,
    testing::Values(
        Case{"echo", ip6(ipv6(IPPROTO_ICMPV6, icmp(128, 0))),
             [](bvs_flow &flow) { add_ipv6(flow, IPPROTO_ICMPV6), add_l4(flow, 128, 0); }},
        Case{"solicitation", ip6(ipv6(IPPROTO_ICMPV6, neighbour(135, 1))),
             [](bvs_flow &flow) {
                 add_neighbour(flow, 135);
                 bvs_flow_set(&flow, arp_sha, mac(9));
             },
             24},
        Case{"advertisement", ip6(ipv6(IPPROTO_ICMPV6, neighbour(136, 2))),
             [](bvs_flow &flow) {
                 add_neighbour(flow, 136);
                 bvs_flow_set(&flow, arp_tha, mac(9));
             },
             24},
        Case{"option_of_another_length",
             ip6(ipv6(IPPROTO_ICMPV6, icmp(136, 0) + ipv6_address(9) + Bytes{2, 2} + Bytes(14, 7))),
             [](bvs_flow &flow) { add_neighbour(flow, 136); }, 32},
        Case{"other_option", ip6(ipv6(IPPROTO_ICMPV6, neighbour(135, 14))),
             [](bvs_flow &flow) { add_neighbour(flow, 135); }, 24},
        Case{"neither", ip6(ipv6(IPPROTO_ICMPV6, neighbour(137, 1))),
             [](bvs_flow &flow) { add_ipv6(flow, IPPROTO_ICMPV6), add_l4(flow, 137, 0); }, 24}),
    test_name);

} // namespace
