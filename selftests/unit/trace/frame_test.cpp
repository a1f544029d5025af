// SPDX-License-Identifier: Apache-2.0
//
// A frame made of a match is read by the datapath's own parser as what the match says.
#include "ofagent/text/match.h"
#include "selftests/fuzz/datapath/native_parse.h"
#include "switch/model/frame.h"

#include <array>
#include <gtest/gtest.h>

namespace {

using namespace bvs;

model::Bytes composed(const std::string &text) {
    const auto match = text::parse_match(text, text::nameless());
    EXPECT_TRUE(match) << text;
    const auto frame = match ? model::compose(*match) : fail("no match");
    EXPECT_TRUE(frame) << frame.error().message;
    return frame ? *frame : model::Bytes();
}

void expect_read_as(const std::string &text) {
    const auto wanted = text::parse_match(text, text::nameless())->words();
    const auto frame = composed(text);
    bvs_flow flow = {};
    bvs_native_parse(frame.data(), frame.data() + frame.size(), {}, &flow);
    for (unsigned word = 0; word < BVS_FLOW_PACKET_WORDS; ++word)
        EXPECT_EQ(flow.word[word] & wanted.mask[word], wanted.value[word])
            << text << ", word " << word;
    EXPECT_FALSE(bvs_flow_get(&flow, layers) & BVS_LAYER_TRUNCATED) << text;
}

TEST(Frame, IsWhatTheMatchSays) {
    for (const auto *text :
         {"dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:02",
          "dl_type=0x88cc",
          "dl_type=0x5ff",
          "dl_vlan=10,dl_vlan_pcp=5,ip,nw_src=10.0.0.1",
          "vlan_tci=0x0000/0x1fff,ip",
          "ip,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_proto=89,nw_tos=32,nw_ecn=1,nw_ttl=3",
          "tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1000,tp_dst=80,tcp_flags=+syn-ack",
          "udp,tp_src=53,tp_dst=5353",
          "sctp,tp_src=1,tp_dst=2",
          "icmp,icmp_type=8,icmp_code=1",
          "udp,nw_frag=first,tp_src=1",
          "ip,nw_proto=17,nw_frag=later",
          "ipv6,ipv6_src=2001:db8::1,ipv6_dst=2001:db8::2,ipv6_label=0x12345,nw_tos=8,nw_ttl=9",
          "tcp6,ipv6_src=2001:db8::1,tp_src=7,tp_dst=9,tcp_flags=syn",
          "udp6,nw_frag=first,tp_dst=4",
          "ipv6,nw_proto=17,nw_frag=later",
          "icmp6,icmp_type=128",
          "icmp6,icmp_type=135,nd_target=2001:db8::9,nd_sll=02:00:00:00:00:07",
          "icmp6,icmp_type=136,nd_target=2001:db8::9,nd_tll=02:00:00:00:00:07",
          "arp,arp_op=1,arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_sha=02:00:00:00:00:01"})
        expect_read_as(text);
}

TEST(Frame, HasATimeToLiveUnlessTheMatchHas) {
    constexpr std::size_t ttl_at = 22;
    EXPECT_EQ(composed("ip").at(ttl_at), 64);
    EXPECT_EQ(composed("ip,nw_ttl=0").at(ttl_at), 0);
}

// The sum over a header or segment with its right checksum is all ones.
TEST(Frame, HasRightChecksums) {
    const auto frame = composed("udp,nw_src=10.0.0.1,nw_dst=10.0.0.2,tp_src=1,tp_dst=2");
    constexpr std::size_t ip_at = 14, udp_at = 34, udp_size = 8;
    const std::span bytes(frame);
    EXPECT_EQ(model::internet_checksum(bytes.subspan(ip_at, udp_at - ip_at)), 0);
    const auto addresses = bytes.subspan(ip_at + 12, 8), segment = bytes.subspan(udp_at, udp_size);
    model::Bytes pseudo(addresses.begin(), addresses.end());
    for (const std::uint8_t byte : {0, 17, 0, 8})
        pseudo.push_back(byte);
    pseudo.insert(pseudo.end(), segment.begin(), segment.end());
    EXPECT_EQ(model::internet_checksum(pseudo), 0);
}

TEST(Frame, HasNoRegisters) {
    const auto frame = model::compose(*text::parse_match("ip,reg3=5", text::nameless()));
    ASSERT_FALSE(frame);
    EXPECT_NE(frame.error().message.find("reg3"), std::string::npos);
}

} // namespace
