// SPDX-License-Identifier: Apache-2.0
//
// Bonds: which member carries a frame, and whose frames NORMAL lets in. Ports 1 and 5 are hosts', 2
// and 3 the members of bond 4.
#include "selftests/fixture/rules.h"
#include "selftests/prog/packet.h"

#include <gtest/gtest.h>
#include <linux/if_arp.h>
#include <linux/pkt_cls.h>
#include <set>

using namespace bvs::fixture;

namespace {

constexpr std::uint32_t k_host = 1, k_first = 2, k_second = 3, k_bond = 4, k_other = 5;
constexpr std::uint32_t k_place = 1;
constexpr std::uint32_t k_all = BVS_BOND_UNICAST | BVS_BOND_MULTICAST;

class BondLab : public Lab {
  public:
    explicit BondLab(bvs_bond_choice choice = BVS_BOND_ONE, std::uint32_t flags = BVS_PORT_UP)
        : Lab({{.flags = flags},
               {.flags = flags | BVS_PORT_MEMBER, .bond = k_bond},
               {.flags = flags | BVS_PORT_MEMBER, .bond = k_bond},
               {.flags = BVS_PORT_BOND, .peer = k_place},
               {.flags = flags}}) {
        bond_.choice = choice;
        for (std::uint32_t i = 0; i < BVS_BOND_BUCKETS; ++i)
            bond_.member[i] = choice == BVS_BOND_ONE || i % 2 == 0 ? k_first : k_second;
        maps().bonds.set(k_place, bond_);
        admit(k_first, k_all);
        admit(k_second, choice == BVS_BOND_ONE ? 0 : k_all);
    }

    void admit(std::uint32_t port, std::uint32_t admits) const {
        maps().bond_members.set(port, {.admits = admits, .reserved = 0});
    }
    void all_by(std::uint32_t member) {
        std::ranges::fill(bond_.member, member);
        maps().bonds.set(k_place, bond_);
    }
    std::uint32_t by_source(std::uint64_t source, std::uint16_t vid = 0) const {
        return bond_.member[bvs_bond_bucket(bvs_bond_source_hash(source, vid, bond_.basis))];
    }
    void set_basis(std::uint32_t basis) {
        bond_.basis = basis;
        maps().bonds.set(k_place, bond_);
    }
    std::uint32_t port_of(std::uint64_t address) const {
        const auto entry = maps().fdb.find(1, address, 0);
        return entry ? entry->port : 0;
    }

  private:
    bvs_bond bond_{};
};

Bytes frame(std::uint64_t src, std::uint64_t dst) {
    return Frame{.dst = dst, .src = src}.bytes();
}

std::uint32_t flags(bool rules) {
    constexpr std::uint32_t with_rules = BVS_PORT_UP | BVS_PORT_PIPELINE;
    constexpr std::uint32_t without = BVS_PORT_UP;
    return rules ? with_rules : without;
}

// A request about itself, or else an answer.
Bytes gratuitous_arp(std::uint64_t source, bool request) {
    const Bytes address = {10, 0, 0, 9};
    const auto target = request ? address : Bytes{10, 0, 0, 1};
    return Frame{.dst = k_broadcast,
                 .src = source,
                 .type = ETH_P_ARP,
                 .payload = Bytes{0, 1, 8, 0, 6, 4, 0, std::uint8_t(request ? 1 : 2)} +
                            big_endian(source, 6) + address + Bytes(6) + target + Bytes(18)}
        .bytes();
}

TEST(Bond, HasOneMemberCarryAllIfSoTold) {
    BondLab lab;
    lab.add_static(k_bond, mac(9));
    EXPECT_EQ(lab.run(k_host, frame(mac(1), mac(9))).to, k_first);
    EXPECT_EQ(lab.send(k_host, frame(mac(1), k_broadcast)),
              each({k_first, k_other}, frame(mac(1), k_broadcast)));
    lab.all_by(k_second);
    EXPECT_EQ(lab.run(k_host, frame(mac(1), mac(9))).to, k_second);
    EXPECT_EQ(lab.send(k_host, frame(mac(1), k_broadcast)),
              each({k_second, k_other}, frame(mac(1), k_broadcast)));
}

TEST(Bond, LearnsWhereItIsThroughAnyMember) {
    BondLab lab(BVS_BOND_BY_SOURCE);
    lab.send(k_second, frame(mac(9), k_broadcast));
    EXPECT_EQ(lab.port_of(mac(9)), k_bond);
    EXPECT_EQ(lab.maps().port_learned.at(k_bond).macs, 1U);
    lab.send(k_first, frame(mac(9), k_broadcast));
    EXPECT_EQ(lab.maps().bridge_learned.at(1).moved, 0U);
}

TEST(Bond, DoesNotGetBackWhatCameFromIt) {
    BondLab lab(BVS_BOND_BY_SOURCE);
    const auto flooded = frame(mac(9), k_broadcast);
    EXPECT_EQ(lab.send(k_second, flooded), each({k_host, k_other}, flooded));
    EXPECT_EQ(lab.run(k_first, frame(mac(8), mac(9))).verdict, TC_ACT_SHOT);
    EXPECT_EQ(lab.counters(k_first).drops[BVS_DROP_SAME_PORT], 1U);
}

TEST(Bond, HasNobodyCarryAFloodWithoutMembers) {
    BondLab lab;
    lab.all_by(0);
    const auto flooded = frame(mac(1), k_broadcast);
    EXPECT_EQ(lab.send(k_host, flooded), each({k_other}, flooded));
}

TEST(Bond, SpreadsSourcesAsTheirHashSays) {
    BondLab lab(BVS_BOND_BY_SOURCE);
    for (const std::uint32_t basis : {0U, 7U}) {
        lab.set_basis(basis);
        std::set<std::uint32_t> used;
        for (std::uint32_t n = 100; n < 140; ++n) {
            const auto flooded = frame(mac(n), k_broadcast);
            EXPECT_EQ(lab.send(k_host, flooded), each({lab.by_source(mac(n)), k_other}, flooded));
            used.insert(lab.by_source(mac(n)));
        }
        EXPECT_EQ(used.size(), 2U);
    }
}

TEST(Bond, TellsSourcesInDifferentVlansApart) {
    BondLab lab(BVS_BOND_BY_SOURCE);
    std::set<std::uint32_t> used;
    for (std::uint16_t vid = 1; vid < 20; ++vid) {
        const auto tagged =
            Frame{.dst = k_broadcast, .tags = {{ETH_P_8021Q, vid}}, .payload = Bytes(46)}.bytes();
        EXPECT_EQ(lab.send(k_host, tagged), each({lab.by_source(mac(1), vid), k_other}, tagged));
        used.insert(lab.by_source(mac(1), vid));
    }
    EXPECT_EQ(used.size(), 2U);
}

TEST(Bond, CountsWhatItsBucketsCarry) {
    BondLab lab(BVS_BOND_BY_SOURCE);
    lab.add_static(k_bond, mac(9));
    const auto bucket = bvs_bond_bucket(bvs_bond_source_hash(mac(1), 0, 0));
    const auto before = lab.maps().bond_bytes.get(k_place);
    const auto sent = frame(mac(1), mac(9));
    lab.run(k_host, sent);
    const auto after = lab.maps().bond_bytes.get(k_place);
    for (std::uint32_t i = 0; i < BVS_BOND_BUCKETS; ++i)
        EXPECT_EQ(after[i] - before[i], i == bucket ? sent.size() : 0U);
}

// Flows between the same two hosts, over IPv4 and IPv6, through a bridge with and without rules.
class BondByFlow : public testing::TestWithParam<std::tuple<bool, bool>> {
  protected:
    BondByFlow() : lab_(BVS_BOND_BY_FLOW, flags(std::get<0>(GetParam()))), rules_(lab_) {
        lab_.add_static(k_bond, mac(2));
        rules_.add({.program = {output(0xfffffffa)}});
    }
    static Packet packet(std::uint16_t port) {
        Packet packet{.ipv6 = std::get<1>(GetParam()), .tp_src = port};
        if (packet.ipv6) {
            packet.from = Bytes(15) + Bytes{1};
            packet.to = Bytes(15) + Bytes{2};
        }
        return packet;
    }
    std::uint32_t carrier(const Packet &packet) { return lab_.run(k_host, packet.bytes()).to; }

    BondLab lab_;
    Rules rules_;
};

TEST_P(BondByFlow, SpreadsFlowsAndKeepsEachTogether) {
    std::set<std::uint32_t> used;
    for (std::uint16_t port = 1000; port < 1040; ++port) {
        const auto member = carrier(packet(port));
        EXPECT_EQ(carrier(packet(port)), member);
        used.insert(member);
    }
    EXPECT_EQ(used, (std::set<std::uint32_t>{k_first, k_second}));
}

TEST_P(BondByFlow, KeepsFragmentsTogether) {
    std::set<std::uint32_t> used;
    for (std::uint16_t port = 1000; port < 1040; ++port) {
        auto fragment = packet(port);
        fragment.fragment = port % 2 ? 0x2000 : 0x2010;
        used.insert(carrier(fragment));
    }
    EXPECT_EQ(used.size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(All, BondByFlow, testing::Combine(testing::Bool(), testing::Bool()),
                         [](const auto &given) {
                             return std::string(std::get<0>(given.param) ? "Rules" : "ShortWay") +
                                    (std::get<1>(given.param) ? "Ipv6" : "Ipv4");
                         });

TEST(Bond, LetsInWhatItsMembersAreToldTo) {
    BondLab lab;
    const auto unicast = frame(mac(9), mac(1)), group = frame(mac(9), k_broadcast);
    EXPECT_EQ(lab.send({{k_second, unicast}, {k_second, group}}), Delivery{});
    EXPECT_EQ(lab.counters(k_second).drops[BVS_DROP_BOND_STANDBY], 2U);
    EXPECT_EQ(lab.port_of(mac(9)), 0U);
    lab.admit(k_second, BVS_BOND_UNICAST);
    EXPECT_EQ(lab.send({{k_second, group}, {k_second, unicast}}), each({k_host, k_other}, unicast));
}

TEST(Bond, DropsWhatItHasSentItself) {
    BondLab lab(BVS_BOND_BY_SOURCE);
    lab.admit(k_second, k_all | BVS_BOND_UNLESS_MOVED);
    lab.send(k_host, frame(mac(1), mac(9)));
    EXPECT_EQ(lab.send(k_second, frame(mac(1), mac(9))), Delivery{});
    EXPECT_EQ(lab.counters(k_second).drops[BVS_DROP_BOND_LOOP], 1U);
    EXPECT_EQ(lab.port_of(mac(1)), k_host);
}

class BondArp : public testing::TestWithParam<std::tuple<bool, bool>> {};

// A host that has moved behind the bond says so; but if it said so here just now, that is what
// comes back.
TEST_P(BondArp, BelievesGratuitousOnesUnlessTheyAreReflections) {
    const auto [rules, request] = GetParam();
    BondLab lab(BVS_BOND_BY_SOURCE, flags(rules));
    Rules normal(lab);
    normal.add({.program = {output(0xfffffffa)}});
    lab.admit(k_second, k_all | BVS_BOND_UNLESS_MOVED);
    // Each source once, since locks outlive a lab.
    const auto source = [&](std::uint32_t n) {
        return mac(1000 + n + (rules ? 10 : 0) + (request ? 20 : 0));
    };
    lab.send(k_host, frame(source(1), mac(9)));
    lab.send(k_second, gratuitous_arp(source(1), request));
    EXPECT_EQ(lab.port_of(source(1)), k_bond);

    lab.send(k_host, gratuitous_arp(source(2), request));
    EXPECT_EQ(lab.send(k_second, gratuitous_arp(source(2), request)), Delivery{});
    EXPECT_EQ(lab.port_of(source(2)), k_host);
    EXPECT_EQ(lab.counters(k_second).drops[BVS_DROP_BOND_LOOP], 1U);
}

INSTANTIATE_TEST_SUITE_P(All, BondArp, testing::Combine(testing::Bool(), testing::Bool()),
                         [](const auto &given) {
                             return std::string(std::get<0>(given.param) ? "Rules" : "ShortWay") +
                                    (std::get<1>(given.param) ? "Request" : "Reply");
                         });

// OpenFlow knows members, and no bond.
TEST(Bond, HasAllMembersFloodedByRules) {
    BondLab lab(BVS_BOND_ONE, BVS_PORT_UP | BVS_PORT_PIPELINE);
    Rules rules(lab);
    rules.add({.program = {output(0xfffffffb)}});
    const auto flooded = frame(mac(1), k_broadcast);
    EXPECT_EQ(lab.send(k_host, flooded), each({k_first, k_second, k_other}, flooded));
}

} // namespace
