// SPDX-License-Identifier: Apache-2.0
#include "netflow/sflow.h"

#include "selftests/unit/netflow/records.h"

namespace bvs::netflow {
namespace {

const SflowSettings k_settings{.agent = address("192.0.2.7"), .sub_agent = 2, .boot = k_boot};

PacketSample packet(std::size_t length = 1514) {
    return {.source = 13,
            .rate = 400,
            .pool = 4000,
            .drops = 1,
            .input = 13,
            .output = {.number = 15},
            .received = {.vlan = 100, .priority = 5},
            .sent = {.vlan = 200, .priority = 3},
            .frame_length = static_cast<std::uint32_t>(length),
            .frame = Bytes(length, 0xab)};
}

CounterSample counters() {
    return {.ifindex = 13,
            .speed = 10'000'000'000,
            .duplex = Duplex::full,
            .admin_up = true,
            .link_up = true,
            .in = {.octets = 0x1'0000'0001,
                   .unicast = 2,
                   .multicast = 3,
                   .broadcast = 4,
                   .discards = 5,
                   .errors = 6},
            .in_unknown_protocols = 7,
            .out = {.octets = 8,
                    .unicast = 9,
                    .multicast = 10,
                    .broadcast = 11,
                    .discards = 12,
                    .errors = 13},
            .ethernet = {}};
}

std::string encode(Sflow &encoder, const std::vector<Sample> &samples) {
    const auto datagrams = encoder.encode(samples, k_moment);
    EXPECT_EQ(datagrams.size(), 1U);
    return to_hex(datagrams.at(0));
}

TEST(Sflow, SendsASampledPacket) {
    Sflow encoder(k_settings);
    auto sample = packet(64);
    sample.frame.resize(6);
    EXPECT_EQ(encode(encoder, {sample}),
              without_blanks("00000005 00000001 c0000207 00000002 00000001 000927c0 00000001"
                             "00000001 00000058 00000001 0000000d 00000190 00000fa0 00000001"
                             "0000000d 0000000f 00000002"
                             "00000001 00000018 00000001 00000044 00000004 00000006"
                             "abababababab 0000"
                             "000003e9 00000010 00000064 00000005 000000c8 00000003"));
}

TEST(Sflow, SendsCounters) {
    Sflow encoder(k_settings);
    auto sample = counters();
    sample.ethernet = {.alignment_errors = 1, .fcs_errors = 2, .symbol_errors = 13};
    EXPECT_EQ(encode(encoder, {sample}),
              without_blanks("00000005 00000001 c0000207 00000002 00000001 000927c0 00000001"
                             "00000002 000000a8 00000001 0000000d 00000002"
                             "00000001 00000058 0000000d 00000006 00000002540be400 00000001"
                             "00000003 0000000100000001 00000002 00000003 00000004 00000005"
                             "00000006 00000007 0000000000000008 00000009 0000000a 0000000b"
                             "0000000c 0000000d 00000000"
                             "00000002 00000034 00000001 00000002 00000000 00000000 00000000"
                             "00000000 00000000 00000000 00000000 00000000 00000000 00000000"
                             "0000000d"));
}

TEST(Sflow, SaysWherePacketsWent) {
    using enum SampleOutput::Kind;
    const struct {
        SampleOutput output;
        std::uint64_t wanted;
    } cases[] = {{{interface, 0}, 0},
                 {{interface, 15}, 15},
                 {{discarded, 0}, 0x40000000},
                 {{several, 7}, 0x80000007},
                 {{several, 0}, 0x80000000}};
    for (const auto &[output, wanted] : cases) {
        Sflow encoder(k_settings);
        auto sample = packet();
        sample.output = output;
        const auto datagrams = encoder.encode(std::vector<Sample>{sample}, k_moment);
        Cursor cursor(ByteSpan(datagrams.at(0)).subspan(28 + 8 + 24));
        EXPECT_EQ(cursor.number(4), wanted);
    }
}

TEST(Sflow, HasAnAgentOfIpv6) {
    auto settings = k_settings;
    settings.agent = address("2001:db8::7");
    Sflow encoder(settings);
    EXPECT_EQ(encode(encoder, {counters()}).substr(0, 48),
              without_blanks("00000005 00000002 20010db8000000000000000000000007"));
}

// What a collector sees of each sample: kind, source, sequence.
using Seen = std::vector<std::string>;

Seen read(ByteSpan datagram, std::size_t header) {
    Seen seen;
    Cursor cursor(datagram);
    cursor.bytes(24);
    for (auto count = cursor.number(4); count > 0; --count) {
        const auto kind = cursor.number(4);
        const auto length = cursor.number(4);
        Cursor sample(cursor.bytes(length));
        const auto sequence = sample.number(4);
        seen.push_back(fmt::format("{}:{}#{}", kind, sample.number(4), sequence));
        sample.bytes(kind == 1 ? 20 : 0);
        for (auto structures = sample.number(4); structures > 0; --structures) {
            const auto format = sample.number(4);
            Cursor structure(sample.bytes(sample.number(4)));
            if (kind == 1 && format == 1) {
                structure.bytes(12);
                EXPECT_EQ(structure.number(4), header);
            }
        }
        EXPECT_EQ(sample.left(), 0U);
    }
    EXPECT_EQ(cursor.left(), 0U);
    return seen;
}

TEST(Sflow, NumbersTheSamplesOfEachSource) {
    Sflow encoder(k_settings);
    auto other = packet();
    other.source = 14;
    Seen seen;
    for (int round = 0; round < 2; ++round)
        for (const auto &datagram :
             encoder.encode(std::vector<Sample>{packet(), other, counters()}, k_moment))
            for (const auto &one : read(datagram, 128))
                seen.push_back(one);
    EXPECT_EQ(seen, (Seen{"1:13#1", "1:14#1", "2:13#1", "1:13#2", "1:14#2", "2:13#2"}));
}

TEST(Sflow, FillsDatagramsAndCutsHeaders) {
    auto settings = k_settings;
    settings.header_bytes = 101;
    Sflow encoder(settings);
    std::size_t samples = 0;
    std::uint64_t sequence = 0;
    for (const auto &datagram : encoder.encode(std::vector<Sample>(50, packet()), k_moment)) {
        EXPECT_LE(datagram.size(), settings.most_bytes);
        samples += read(datagram, 101).size();
        Cursor cursor(ByteSpan(datagram).subspan(16));
        EXPECT_EQ(cursor.number(4), ++sequence);
    }
    EXPECT_EQ(samples, 50U);
    EXPECT_GT(sequence, 1U);
}

} // namespace
} // namespace bvs::netflow
