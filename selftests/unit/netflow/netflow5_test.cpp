// SPDX-License-Identifier: Apache-2.0
#include "netflow/netflow5.h"

#include "selftests/unit/netflow/records.h"

namespace bvs::netflow {
namespace {

std::vector<std::string> encode(Netflow5 &encoder, const FlowRecords &records) {
    std::vector<std::string> all;
    for (const auto &datagram : encoder.encode(records, k_moment))
        all.push_back(to_hex(datagram));
    return all;
}

constexpr std::string_view k_header = "0005 0001 000927c0 6acfc000 0ee6b280";

TEST(Netflow5, IsAsOpenVswitchSendsIt) {
    Netflow5 encoder({.engine_type = 7, .engine_id = 9, .boot = k_boot});
    const auto datagrams = encode(encoder, {tcp_record()});
    ASSERT_EQ(datagrams.size(), 1U);
    EXPECT_EQ(datagrams[0],
              without_blanks(std::string(k_header) + "00000000 07 09 0000"
                                                     "0a000001 0a000002 00000000 0003 0005"
                                                     "0000000a 00000668 0007a120 000923d8"
                                                     "9c40 01bb 00 1b 06 b8 0000 0000 00 00 0000"));
}

TEST(Netflow5, HasTypeAndCodeOfIcmpForItsPort) {
    Netflow5 encoder({.boot = k_boot});
    const auto datagrams = encoder.encode(FlowRecords{icmp_record()}, k_moment);
    Cursor record(ByteSpan(datagrams.at(0)).subspan(24));
    record.bytes(32);
    EXPECT_EQ(record.number(2), 0U);
    EXPECT_EQ(record.number(2), 0x0304U);
}

TEST(Netflow5, PutsTheEngineIntoInterfaces) {
    auto record = tcp_record();
    record.key.in_port = 65534;
    record.key.out_port = k_out_flood;
    Netflow5 encoder({.engine_id = 0x85, .add_id_to_interface = true});
    const auto datagrams = encoder.encode(FlowRecords{record}, k_moment);
    Cursor cursor(ByteSpan(datagrams.at(0)).subspan(24 + 12));
    EXPECT_EQ(cursor.number(2), (5U << 9 | 0x1feU));
    EXPECT_EQ(cursor.number(2), (5U << 9 | 0x1ffU));
}

TEST(Netflow5, LeavesOutWhatIsNotIpv4) {
    Netflow5 encoder({});
    EXPECT_TRUE(encode(encoder, {udp6_record(), arp_record()}).empty());
    EXPECT_EQ(encoder.sent(), 0U);
}

// The number of the last record, as Open vSwitch has it, and how many there are.
TEST(Netflow5, NumbersRecordsAndFillsDatagrams) {
    const auto headers = [](Netflow5 &encoder, std::size_t records) {
        std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
        for (const auto &datagram : encoder.encode(FlowRecords(records, tcp_record()), k_moment)) {
            Cursor cursor(datagram);
            cursor.bytes(2);
            const auto count = cursor.number(2);
            EXPECT_EQ(datagram.size(), 24 + 48 * count);
            cursor.bytes(12);
            found.emplace_back(count, cursor.number(4));
        }
        return found;
    };
    using Headers = std::vector<std::pair<std::uint64_t, std::uint64_t>>;
    Netflow5 full({});
    EXPECT_EQ(headers(full, 61), (Headers{{30, 29}, {30, 59}, {1, 60}}));
    EXPECT_EQ(headers(full, 2), (Headers{{2, 62}}));
    Netflow5 small({.most_bytes = 24 + 3 * 48 - 1});
    EXPECT_EQ(headers(small, 3), (Headers{{2, 1}, {1, 2}}));
    Netflow5 tiny({.most_bytes = 1});
    EXPECT_EQ(headers(tiny, 2), (Headers{{1, 0}, {1, 1}}));
}

TEST(Netflow5, DividesCountersThatAreTooLarge) {
    auto record = tcp_record();
    record.traffic.packets = 10'000'001;
    record.traffic.octets = 12'884'901'886; // 3 * (2^32 - 1) + 1
    Netflow5 encoder({});
    const auto datagrams = encoder.encode(FlowRecords{record}, k_moment);
    ASSERT_EQ(datagrams.size(), 1U);
    Cursor cursor(datagrams[0]);
    cursor.bytes(2);
    ASSERT_EQ(cursor.number(2), 4U);
    cursor.bytes(20);
    std::uint64_t packets = 0, octets = 0;
    for (int i = 0; i < 4; ++i) {
        cursor.bytes(16);
        packets += cursor.number(4);
        octets += cursor.number(4);
        cursor.bytes(24);
    }
    EXPECT_EQ(packets, record.traffic.packets);
    EXPECT_EQ(octets, record.traffic.octets);
    EXPECT_EQ(cursor.left(), 0U);
}

} // namespace
} // namespace bvs::netflow
