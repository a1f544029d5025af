// SPDX-License-Identifier: Apache-2.0
//
// Geneve's options: out of the outer header into the fields that a bridge's TLV table has for them,
// and from there into the next header, byte by byte.
#include "selftests/prog/headers.h"
#include "selftests/prog/tunnel_lab.h"
#include "switch/model/tlv_table.h"

#include <gtest/gtest.h>
#include <linux/in.h>
#include <linux/pkt_cls.h>

using namespace bvs::fixture;
namespace model = bvs::model;

namespace {

const auto k_tcp = Frame{.type = ETH_P_IP, .payload = ipv4(IPPROTO_TCP, tcp(2))}.bytes();
constexpr std::uint16_t k_critical = 0x40; // in the header's flags

// tun_metadata0 is OVN's, and critical.
const std::vector<model::TlvMapping> k_mappings = {
    {.option_class = 0x102, .type = 0x80, .bytes = 4, .index = 0},
    {.option_class = 0xffff, .type = 1, .bytes = 8, .index = 1},
    {.option_class = 0xffff, .type = 2, .bytes = 12, .index = 2},
    {.option_class = 1, .type = 1, .bytes = 16, .index = 63},
};
const Bytes k_data8 = {1, 2, 3, 4, 5, 6, 7, 8};
const Bytes k_data12 = Bytes{0xa0, 0xa1, 0xa2, 0xa3} + k_data8;
const Bytes k_data16 = Bytes(7) + Bytes{9} + k_data8;

Bytes option(unsigned option_class, unsigned type, const Bytes &data) {
    return big_endian(option_class, 2) + big_endian(type, 1) + big_endian(data.size() / 4, 1) +
           data;
}
Bytes ovn(std::uint32_t value) {
    return option(0x102, 0x80, big_endian(value, 4));
}
const Bytes k_unknown = option(0x200, 0x01, Bytes(4, 0xee));
const Bytes k_unknown_critical = option(0x200, 0x81, Bytes(4, 0xee));

// The table of the bridge that all ports of a Lab are in, until the end.
class Options {
  public:
    Options(Lab &lab, const std::vector<model::TlvMapping> &mappings = k_mappings) : lab_(lab) {
        EXPECT_TRUE(table_.change({.mappings = mappings}, 0));
        lab_.maps().pipeline->tlv_tables.set(Rules::k_bridge, table_.entries());
    }
    ~Options() { lab_.maps().pipeline->tlv_tables.set(Rules::k_bridge, {}); }
    Options(const Options &) = delete;
    Options &operator=(const Options &) = delete;

    // That the option has this value; that it is there, without one.
    Match is(unsigned index, std::optional<model::Value> value) const {
        model::Match match;
        match.set(model::Field::tun_metadata0 + index, value.value_or(model::Value{}),
                  value ? model::all_ones(128) : model::Value{});
        EXPECT_TRUE(table_.bind(match));
        const auto words = match.words();
        Match bits;
        for (unsigned word = 0; word < BVS_FLOW_WORDS; ++word)
            if (words.mask[word])
                bits.push_back({word, words.mask[word], words.value[word]});
        return bits;
    }
    Program set(unsigned index, model::Value value) const {
        Program program;
        for (const auto &bits : is(index, value))
            program.push_back(load(bits));
        return program;
    }

  private:
    Lab &lab_;
    model::TlvTable table_;
};

Outer geneve(const Bytes &options, bool ipv6 = false, std::uint16_t flags = 0) {
    return {.type = BVS_TUNNEL_GENEVE, .ipv6 = ipv6, .flags = flags, .options = options};
}

// Packets with certain options go to port 1, all others to port 2. The second time from the cache.
class TunnelOptions : public testing::TestWithParam<bool> {
  protected:
    TunnelOptions() {
        tunnels_.rules.add({.priority = 1, .program = {output(2)}});
        tunnels_.add_end(geneve({}, GetParam()));
    }
    void choose(const Match &match) {
        tunnels_.rules.add({.match = match, .program = {output(1)}});
    }
    void expect_to(std::uint32_t port, const Bytes &options, std::uint16_t flags = 0) {
        for (int times = 0; times < 2; ++times) {
            const auto run = tunnels_.run(geneve(options, GetParam(), flags).around(k_tcp));
            EXPECT_EQ(run.to, port) << times;
            EXPECT_EQ(run.frame, k_tcp);
        }
    }
    void expect_drop(const Bytes &options, std::uint16_t flags = 0) {
        const auto before = tunnels_.counters(0).drops[BVS_DROP_TUNNEL_HEADER];
        EXPECT_EQ(tunnels_.run(geneve(options, GetParam(), flags).around(k_tcp)).verdict,
                  TC_ACT_SHOT);
        EXPECT_EQ(tunnels_.counters(0).drops[BVS_DROP_TUNNEL_HEADER], before + 1);
    }

    TunnelLab tunnels_;
    Options options_{tunnels_.lab};
};
INSTANTIATE_TEST_SUITE_P(Outer, TunnelOptions, testing::Values(false, true),
                         [](const auto &it) { return it.param ? "IPv6" : "IPv4"; });

TEST_P(TunnelOptions, AreFieldsOfThisPacket) {
    choose(options_.is(0, model::Value{0, 0x00010002}));
    expect_to(1, ovn(0x00010002), k_critical);
    expect_to(1, ovn(0x00010002));
    expect_to(2, ovn(0x00010003), k_critical);
    expect_to(2, {});
    expect_to(1, ovn(0x00010002), k_critical);
}

TEST_P(TunnelOptions, HaveEachLengthAndAnyOrder) {
    auto all = options_.is(0, model::Value{0, 7});
    for (const auto &bits : {options_.is(1, model::Value{0, 0x0102030405060708}),
                             options_.is(2, model::Value{0xa0a1a2a3, 0x0102030405060708}),
                             options_.is(63, model::Value{9, 0x0102030405060708})})
        all.insert(all.end(), bits.begin(), bits.end());
    choose(all);
    const auto second = option(0xffff, 1, k_data8), third = option(0xffff, 2, k_data12),
               fourth = option(1, 1, k_data16);
    expect_to(1, ovn(7) + second + third + fourth, k_critical);
    expect_to(1, fourth + third + k_unknown + second + ovn(7), k_critical);
    expect_to(2, ovn(7) + second + third);
    expect_to(2, ovn(7) + second + third + option(1, 1, Bytes(16)));
}

TEST_P(TunnelOptions, AreThereOrNot) {
    choose(options_.is(1, std::nullopt));
    expect_to(1, option(0xffff, 1, Bytes(8)));
    expect_to(2, {});
    expect_to(2, ovn(0));
    expect_to(1, ovn(0) + option(0xffff, 1, k_data8));
}

TEST_P(TunnelOptions, AreZeroOnlyIfTheyAreThere) {
    choose(options_.is(0, model::Value{}));
    expect_to(1, ovn(0));
    expect_to(2, {});
    expect_to(2, k_unknown);
    expect_to(2, ovn(1));
}

TEST_P(TunnelOptions, CountTheLastTime) {
    choose(options_.is(0, model::Value{0, 0x0f}));
    expect_to(1, ovn(0xf0) + ovn(0x0f));
    expect_to(2, ovn(0x0f) + ovn(0xf0));
}

TEST_P(TunnelOptions, NeedNotBeKnownUnlessTheyAreCritical) {
    choose(options_.is(0, model::Value{0, 5}));
    expect_to(1, k_unknown + ovn(5), k_critical);
    expect_to(2, k_unknown);
    expect_drop(k_unknown_critical, k_critical);
    expect_drop(k_unknown_critical);
    expect_drop(ovn(5) + k_unknown_critical, k_critical);
    expect_drop({}, k_critical); // which of them?
}

TEST_P(TunnelOptions, FitIntoTheHeader) {
    for (const std::uint8_t words : {2, 31}) {
        auto longer = k_unknown;
        longer[3] = words;
        expect_drop(longer);
        expect_drop(ovn(5) + longer, k_critical);
    }
    expect_to(2, k_unknown);
    expect_to(2, option(0x200, 1, {}));
}

TEST_P(TunnelOptions, HaveTheLengthThatTheTableHas) {
    expect_drop(option(0x102, 0x80, Bytes(8)), k_critical);
    expect_drop(option(0xffff, 1, Bytes(4)));
    expect_drop(option(0xffff, 1, {}));
}

TEST_P(TunnelOptions, FillAHeader) {
    choose(options_.is(0, model::Value{0, 5}));
    Bytes many;
    for (unsigned i = 0; i < (252 - 8) / 4; ++i)
        many = many + option(0x300, i, {});
    ASSERT_EQ(many.size(), 244U);
    expect_to(1, many + ovn(5));
    expect_drop(many + k_unknown_critical);
    expect_to(1, option(0x300, 0, Bytes(124)) + option(0x300, 0, Bytes(108)) + ovn(5));
}

TEST_P(TunnelOptions, AreOfTheBridge) {
    choose(options_.is(0, model::Value{0, 5}));
    expect_to(1, ovn(5));
    tunnels_.lab.maps().pipeline->tlv_tables.set(Rules::k_bridge, {});
    expect_drop(ovn(5), k_critical);
    expect_to(2, k_unknown);
}

TEST_P(TunnelOptions, AreNoneOfAPacketThatComesOtherwise) {
    choose(options_.is(0, std::nullopt));
    expect_to(1, ovn(5));
    EXPECT_EQ(tunnels_.lab.run(1, k_tcp).to, 2U);
}

TEST_P(TunnelOptions, StayBehindAtAPatchPort) {
    TunnelLab tunnels(3);
    const Options options(tunnels.lab);
    for (const std::uint32_t port : {4U, 5U}) {
        auto entry = tunnels.lab.maps().ports.get(port);
        entry.flags = BVS_PORT_UP | BVS_PORT_PATCH | BVS_PORT_PIPELINE;
        entry.peer = port ^ 1;
        tunnels.lab.maps().ports.set(port, entry);
    }
    tunnels.rules.add({.match = options.is(0, std::nullopt), .program = {output(4)}});
    tunnels.rules.add({.priority = 1, .match = {FIELD(in_port, 5)}, .program = {output(2)}});
    tunnels.add_end(geneve({}, GetParam()));
    EXPECT_EQ(tunnels.run(geneve(ovn(5), GetParam()).around(k_tcp)).to, 2U);
}

// ---- into headers -------------------------------------------------------------------------------

PortSettings tunnel_port(bvs_tunnel_type type, bool ipv6) {
    return {.flags = BVS_PORT_UP | BVS_PORT_TUNNEL,
            .mtu = 65535,
            .tunnel = {.remote = ipv6 ? bvs_address{.high = 0x20010db800000000, .low = 1}
                                      : bvs_address_v4(0xc0000201),
                       .key = 7,
                       .flags = BVS_TUNNEL_DF,
                       .dst_port = static_cast<__u16>(type == BVS_TUNNEL_VXLAN ? 4789 : 6081),
                       .type = static_cast<__u8>(type),
                       .ttl = 64}};
}

// From UDP's length on, and the length that IP has.
void expect_sent(const Bytes &packet, const Bytes &options, bool ipv6, std::uint16_t flags) {
    const auto wanted = geneve(options, ipv6, flags).around(k_tcp);
    const long l4 = ETH_HLEN + (ipv6 ? 40 : 20), length = ETH_HLEN + (ipv6 ? 4 : 2);
    ASSERT_EQ(packet.size(), wanted.size());
    EXPECT_EQ(Bytes(packet.begin() + l4 + 4, packet.end()),
              Bytes(wanted.begin() + l4 + 4, wanted.end()));
    EXPECT_EQ(Bytes(packet.begin() + length, packet.begin() + length + 2),
              Bytes(wanted.begin() + length, wanted.begin() + length + 2));
}

class SetOptions : public testing::TestWithParam<bool> {
  protected:
    // The second time from the cache.
    void expect(const Program &program, const Bytes &options, std::uint16_t flags = 0) {
        const auto rule =
            rules_.add({.match = {FIELD(in_port, 1)}, .program = program + Program{output(2)}});
        for (int times = 0; times < 2; ++times)
            expect_sent(lab_.run(1, k_tcp).frame, options, GetParam(), flags);
        rules_.remove(rule);
    }

    Lab lab_{{}, tunnel_port(BVS_TUNNEL_GENEVE, GetParam()), {}};
    Rules rules_{lab_};
    Options options_{lab_};
};
INSTANTIATE_TEST_SUITE_P(Outer, SetOptions, testing::Values(false, true),
                         [](const auto &it) { return it.param ? "IPv6" : "IPv4"; });

TEST_P(SetOptions, StandInTheHeader) {
    expect({}, {});
    expect(options_.set(0, {0, 0x00010002}), ovn(0x00010002), k_critical);
    expect(options_.set(1, {0, 0x0102030405060708}), option(0xffff, 1, k_data8));
    expect(options_.set(2, {0xa0a1a2a3, 0x0102030405060708}), option(0xffff, 2, k_data12));
    expect(options_.set(63, {9, 0x0102030405060708}), option(1, 1, k_data16));
    expect(options_.set(1, {}), option(0xffff, 1, Bytes(8)));
}

TEST_P(SetOptions, StandInTheOrderOfTheirNumbers) {
    expect(options_.set(63, {9, 0x0102030405060708}) + options_.set(0, {0, 5}) +
               options_.set(2, {0xa0a1a2a3, 0x0102030405060708}) + options_.set(0, {0, 6}),
           ovn(6) + option(0xffff, 2, k_data12) + option(1, 1, k_data16), k_critical);
}

// Written by scapy: GENEVE(critical=1, vni=7, proto=0x6558, options=[GeneveOptions(classid=0x102,
// type=0x80, length=1, data=...), GeneveOptions(classid=0xffff, type=1, length=2, data=...)])
TEST_P(SetOptions, AreHeldAgainstAHeaderAsOthersHaveIt) {
    const Bytes scapy = {0x05, 0x40, 0x65, 0x58, 0x00, 0x00, 0x07, 0x00, 0x01, 0x02,
                         0x80, 0x01, 0x00, 0x01, 0x00, 0x02, 0xff, 0xff, 0x01, 0x02,
                         0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08};
    rules_.add({.program = options_.set(1, {0, 0x0102030405060708}) +
                           options_.set(0, {0, 0x00010002}) + Program{output(2)}});
    const auto packet = lab_.run(1, k_tcp).frame;
    const long at = ETH_HLEN + (GetParam() ? 40 : 20) + 8;
    EXPECT_EQ(Bytes(packet.begin() + at, packet.begin() + at + static_cast<long>(scapy.size())),
              scapy);
}

TEST_P(SetOptions, AreAsManyAsFitIntoAHeader) {
    std::vector<model::TlvMapping> mappings;
    for (std::uint16_t i = 0; i < 31; ++i)
        mappings.push_back({0x300, static_cast<std::uint8_t>(i), 4, i});
    const Options options(lab_, mappings);
    Bytes bytes;
    Program program;
    for (unsigned i = 0; i < 31; ++i) {
        bytes = bytes + option(0x300, i, big_endian(i, 4));
        program = program + options.set(i, {0, i});
    }
    expect(program, bytes);
}

TEST_P(SetOptions, AreThoseOfEachCopy) {
    rules_.add({.program = clone(options_.set(0, {0, 5}) + Program{output(2)}) +
                           options_.set(1, {0, 0x0102030405060708}) +
                           Program{output(2), output(3)}});
    const auto sent = lab_.wrapped(2, [&] { lab_.send(1, k_tcp); });
    ASSERT_EQ(sent.size(), 2U);
    expect_sent(sent[0], ovn(5), GetParam(), k_critical);
    expect_sent(sent[1], option(0xffff, 1, k_data8), GetParam(), 0);
}

TEST_P(SetOptions, AreNothingToVxlan) {
    Lab lab({{}, tunnel_port(BVS_TUNNEL_VXLAN, GetParam())});
    Rules rules(lab);
    const Options options(lab);
    rules.add({.program = options.set(0, {0, 5}) + Program{output(2)}});
    const auto packet = lab.run(1, k_tcp).frame;
    EXPECT_EQ(Bytes(packet.end() - static_cast<long>(k_tcp.size()) - 8, packet.end()),
              (Bytes{8, 0, 0, 0, 0, 0, 7, 0} + k_tcp));
}

TEST_P(SetOptions, ComeFromTheTunnelBefore) {
    TunnelLab tunnels(2);
    const Options options(tunnels.lab);
    tunnels.lab.maps().tunnels.set(4, tunnel_port(BVS_TUNNEL_GENEVE, GetParam()).tunnel);
    tunnels.rules.add({.program = options.set(1, {0, 0x0102030405060708}) + Program{output(4)}});
    tunnels.add_end(geneve({}, GetParam()));
    for (int times = 0; times < 2; ++times) {
        const auto run =
            tunnels.run(geneve(k_unknown + ovn(5), GetParam(), k_critical).around(k_tcp));
        expect_sent(run.frame, ovn(5) + option(0xffff, 1, k_data8), GetParam(), k_critical);
    }
}

} // namespace
