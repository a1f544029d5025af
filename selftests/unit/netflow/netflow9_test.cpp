// SPDX-License-Identifier: Apache-2.0
#include "netflow/netflow9.h"

#include "selftests/unit/netflow/templates.h"

namespace bvs::netflow {
namespace {

constexpr CollectorFormat k_format{
    .header = 20, .template_set = 0, .options_set = 1, .enterprises = false};

TEST(Netflow9, SendsTheTemplateAndARecord) {
    Netflow9 encoder({.source_id = 0x11, .boot = k_boot});
    const auto datagrams = encoder.encode(FlowRecords{tcp_record()}, k_moment);
    ASSERT_EQ(datagrams.size(), 1U);
    EXPECT_EQ(to_hex(datagrams[0]),
              without_blanks("0009 0002 000927c0 6acfc000 00000000 00000011"
                             "0000 0054 0101 0013"
                             "0008 0004  000c 0004  0001 0008  0002 0008  0004 0001  0005 0001"
                             "0006 0001  0007 0002  000a 0004  000b 0002  000e 0004  0015 0004"
                             "0016 0004  0020 0002  0038 0006  003a 0002  003c 0001  003d 0001"
                             "0050 0006"
                             "0101 0048"
                             "0a000001 0a000002 0000000000000668 000000000000000a 06 b9"
                             "1b 9c40 00000003 01bb 00000005 000923d8"
                             "000900b0 0000 020000000001 0000 04 00"
                             "020000000002 000000"));
}

TEST(Netflow9, CanBeReadByItsTemplates) {
    auto tagged = udp6_record();
    tagged.key.tagged = true;
    tagged.key.vlan = 100;
    Netflow9 encoder({.boot = k_boot});
    Collector collector(k_format);
    for (const auto &datagram :
         encoder.encode(FlowRecords{tagged, icmp_record(), arp_record()}, k_moment))
        collector.read(datagram);
    ASSERT_EQ(collector.records.size(), 2U);
    const auto &icmp = collector.records[0];
    EXPECT_EQ(icmp.at("8"), "0a000001");
    EXPECT_EQ(icmp.at("11"), "0304");
    EXPECT_EQ(icmp.at("32"), "0304");
    const auto &udp = collector.records[1];
    EXPECT_EQ(udp.at("27"), "20010db8000000000000000000000001");
    EXPECT_EQ(udp.at("28"), "20010db8000000000000000000000002");
    EXPECT_EQ(udp.at("31"), "012345");
    EXPECT_EQ(udp.at("58"), "0064");
    EXPECT_EQ(udp.at("60"), "06");
    EXPECT_EQ(udp.at("1"), "0000000000000668");
    EXPECT_EQ(udp.at("2"), "000000000000000a");
    EXPECT_EQ(udp.at("22"), "000900b0");
}

TEST(Netflow9, SaysThatItSamples) {
    Netflow9 encoder({.source_id = 0x11, .sampling = 400});
    Collector collector(k_format);
    for (const auto &datagram : encoder.encode(FlowRecords{tcp_record()}, k_moment))
        collector.read(datagram);
    EXPECT_EQ(collector.templates, (std::vector<std::uint16_t>{256, 257}));
    EXPECT_EQ(collector.records.at(0),
              (Collector::Fields{{"scope 1", "00000011"}, {"34", "00000190"}, {"35", "02"}}));
}

// Which templates came at each of these instants, in seconds.
TEST(Netflow9, SendsTemplatesAgain) {
    Netflow9 encoder({.refresh = {.time = 60s, .messages = 3}});
    std::string story;
    for (const auto second : {0, 1, 2, 3, 62, 63, 200}) {
        const Moment moment{.now = k_moment.now + std::chrono::seconds(second)};
        for (const auto &datagram : encoder.encode(FlowRecords{tcp_record()}, moment)) {
            Cursor cursor(datagram);
            cursor.bytes(2);
            const auto records = cursor.number(2);
            cursor.bytes(8);
            story += fmt::format("{}:{}@{} ", cursor.number(4), records - 1, second);
        }
    }
    EXPECT_EQ(story, "0:1@0 1:0@1 2:0@2 3:1@3 4:0@62 5:1@63 6:1@200 ");
}

TEST(Netflow9, SaysNothingOfOtherFlows) {
    Netflow9 encoder({.sampling = 2});
    EXPECT_TRUE(encoder.encode(FlowRecords{arp_record()}, k_moment).empty());
}

} // namespace
} // namespace bvs::netflow
