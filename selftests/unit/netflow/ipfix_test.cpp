// SPDX-License-Identifier: Apache-2.0
#include "netflow/ipfix.h"

#include "selftests/unit/netflow/templates.h"

namespace bvs::netflow {
namespace {

constexpr CollectorFormat k_format{
    .header = 16, .template_set = 2, .options_set = 3, .enterprises = true};

Collector collect(const IpfixSettings &settings, const FlowRecords &records) {
    Ipfix encoder(settings);
    Collector collector(k_format);
    for (const auto &datagram : encoder.encode(records, k_moment))
        collector.read(datagram);
    return collector;
}

TEST(Ipfix, SendsTheTemplateAndARecord) {
    Ipfix encoder({.domain = 0x11});
    const auto datagrams = encoder.encode(FlowRecords{arp_record()}, k_moment);
    ASSERT_EQ(datagrams.size(), 1U);
    // The first packet came ten seconds before now, the last one second.
    EXPECT_EQ(to_hex(datagrams[0]),
              without_blanks("000a 0088 6acfc000 00000000 00000011"
                             "0002 0038 0101 000c"
                             "008a 0004  003d 0001  000a 0004  000e 0004  0038 0006  0050 0006"
                             "0100 0002  0002 0008  0160 0008  0098 0008  0099 0008  0088 0001"
                             "0101 0040"
                             "0000004d 00 0000000d 0000000f 020000000001 020000000002 0806"
                             "000000000000000a 0000000000000668"
                             "000001a13b85d9ea 000001a13b85fd12 03"));
}

TEST(Ipfix, HasWhatIsCommonToAll) {
    const auto collector = collect({}, {tcp_record()});
    const auto &record = collector.records.at(0);
    EXPECT_EQ(record, (Collector::Fields{{"138", "0000004d"},
                                         {"61", "00"},
                                         {"10", "0000000d"},
                                         {"14", "0000000f"},
                                         {"56", "020000000001"},
                                         {"80", "020000000002"},
                                         {"256", "0800"},
                                         {"2", "000000000000000a"},
                                         {"352", "0000000000000668"},
                                         {"152", "000001a13b85d9ea"},
                                         {"153", "000001a13b85fd12"},
                                         {"136", "03"},
                                         {"60", "04"},
                                         {"4", "06"},
                                         {"5", "b9"},
                                         {"195", "2e"},
                                         {"8", "0a000001"},
                                         {"12", "0a000002"},
                                         {"1", "00000000000005dc"},
                                         {"7", "9c40"},
                                         {"11", "01bb"},
                                         {"6", "001b"}}));
}

TEST(Ipfix, HasTheElementsOfThePacketsHeaders) {
    auto tagged = udp6_record();
    tagged.key.tagged = true;
    tagged.key.vlan = 100;
    tagged.key.priority = 5;
    tagged.key.direction = Direction::egress;
    auto icmp6 = udp6_record();
    icmp6.key.protocol = k_protocol_icmpv6;
    icmp6.key.icmp_type = 135;
    icmp6.key.icmp_code = 1;
    const auto collector = collect({}, {tagged, icmp6, icmp_record()});
    ASSERT_EQ(collector.records.size(), 3U);
    for (const auto &record : collector.records) {
        const bool is_tagged = record.contains("58");
        EXPECT_EQ(record.contains("243"), is_tagged);
        EXPECT_EQ(record.at("61"), is_tagged ? "01" : "00");
        if (is_tagged) {
            EXPECT_EQ(record.at("58") + record.at("243") + record.at("244"), "0064006405");
            EXPECT_EQ(record.at("7") + record.at("11"), "9c4001bb");
            EXPECT_EQ(record.at("31"), "00012345");
            EXPECT_FALSE(record.contains("6"));
        } else if (record.at("60") == "06") {
            EXPECT_EQ(record.at("178") + record.at("179"), "8701");
            EXPECT_EQ(record.at("27"), "20010db8000000000000000000000001");
            EXPECT_FALSE(record.contains("7"));
        } else {
            EXPECT_EQ(record.at("176") + record.at("177"), "0304");
        }
    }
}

TEST(Ipfix, SaysWhatIsAroundATunnelledPacket) {
    auto vxlan = tcp_record();
    vxlan.key.tunnel = {.type = TunnelType::vxlan,
                        .key = 0xabcdef,
                        .source = address("192.0.2.1"),
                        .destination = address("192.0.2.2"),
                        .source_port = 50000,
                        .destination_port = 4789};
    auto gre = vxlan;
    gre.key.tunnel = {.type = TunnelType::gre,
                      .key = 0x12345678,
                      .source = address("2001:db8::a"),
                      .destination = address("2001:db8::b")};
    const auto collector = collect({.virtual_observation = "here"}, {vxlan, gre});
    ASSERT_EQ(collector.records.size(), 2U);
    const auto &first = collector.records[0];
    EXPECT_EQ(first.at("891@6876") + first.at("892@6876"), "01abcdef");
    EXPECT_EQ(first.at("893@6876") + first.at("894@6876"), "c0000201c0000202");
    EXPECT_EQ(first.at("895@6876") + first.at("896@6876") + first.at("897@6876"), "11c35012b5");
    EXPECT_EQ(first.at("898@6876"), "68657265");
    const auto &second = collector.records[1];
    EXPECT_EQ(second.at("891@6876") + second.at("892@6876"), "0212345678");
    EXPECT_EQ(second.at("895@6876"), "2f");
    EXPECT_FALSE(second.contains("893@6876"));
}

TEST(Ipfix, TakesNoMoreOfAnObservationIdThanALengthCanSay) {
    const auto collector = collect({.virtual_observation = std::string(300, 'x')}, {arp_record()});
    EXPECT_EQ(collector.records.at(0).at("898@6876").size(), 2U * 254);
}

TEST(Ipfix, SaysHowItSamples) {
    const auto collector = collect({.sampling = 4}, {tcp_record()});
    ASSERT_EQ(collector.records.size(), 2U);
    EXPECT_EQ(collector.records[0], (Collector::Fields{{"302", "0000000000000001"},
                                                       {"304", "0004"},
                                                       {"305", "00000001"},
                                                       {"306", "00000003"},
                                                       {"311", "3fd0000000000000"}}));
    EXPECT_EQ(collector.records[1].at("302"), "0000000000000001");
}

// Every kind of record at once: all can be read, messages keep to their size, and the sequence
// counts what the collector has read.
TEST(Ipfix, CountsDataRecordsAndFillsDatagrams) {
    FlowRecords records;
    for (int i = 0; i < 50; ++i)
        for (auto record : {tcp_record(), icmp_record(), udp6_record(), arp_record()}) {
            record.key.tagged = i % 2;
            record.key.tunnel.type = i % 3 ? TunnelType::geneve : TunnelType::none;
            record.traffic.packets = static_cast<std::uint64_t>(i);
            records.push_back(record);
        }
    for (const std::size_t most : {512U, 1400U, 9000U}) {
        Ipfix encoder({.sampling = 2, .most_bytes = most});
        Collector collector(k_format);
        for (int round = 0; round < 2; ++round)
            for (const auto &datagram : encoder.encode(records, k_moment)) {
                EXPECT_LE(datagram.size(), most);
                Cursor cursor(datagram);
                cursor.bytes(2);
                EXPECT_EQ(cursor.number(2), datagram.size());
                cursor.bytes(4);
                EXPECT_EQ(cursor.number(4), collector.records.size());
                collector.read(datagram);
            }
        EXPECT_EQ(collector.records.size(), 2 * records.size() + 1);
        EXPECT_EQ(collector.records.size(), encoder.sent());
        EXPECT_EQ(collector.templates.size(), 16U + 1) << "each once, whatever the round";
    }
}

TEST(Ipfix, SendsTemplatesAgainWhenTheyAreNeeded) {
    Ipfix encoder({.refresh = {.time = 60s}});
    const auto templates_at = [&](std::chrono::seconds second, const FlowRecords &records) {
        std::size_t found = 0;
        for (const auto &datagram :
             encoder.encode(records, {.now = second, .wall = k_moment.wall})) {
            Cursor cursor(ByteSpan(datagram).subspan(16));
            while (cursor.left()) {
                found += cursor.number(2) == 2;
                cursor.bytes(cursor.number(2) - 4);
            }
        }
        return found;
    };
    EXPECT_EQ(templates_at(0s, {tcp_record()}), 1U);
    EXPECT_EQ(templates_at(59s, {tcp_record()}), 0U);
    EXPECT_EQ(templates_at(59s, {tcp_record(), udp6_record()}), 1U);
    EXPECT_EQ(templates_at(60s, {tcp_record(), udp6_record()}), 1U);
    EXPECT_EQ(templates_at(200s, {}), 0U);
    EXPECT_EQ(templates_at(200s, {tcp_record(), udp6_record()}), 1U + 1U);
}

} // namespace
} // namespace bvs::netflow
