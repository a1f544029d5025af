// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/querier.h"

#include "switch/protocol/group_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bvs::protocol {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

model::IpAddress ip(std::string_view text) {
    return *model::parse_ip_address(text);
}

constexpr model::Mac k_mac = {2, 0, 0, 0, 0, 0x0a};

TEST(QuerierSettings, AreNoneUnlessAskedFor) {
    model::Warnings warnings;
    EXPECT_EQ(settle_querier("br0", k_mac, 300s, {}, warnings), std::nullopt);
    EXPECT_EQ(
        settle_querier("br0", k_mac, 300s, {{"mcast-snooping-query-interval", "5"}}, warnings),
        std::nullopt);
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(QuerierSettings, AskTwiceWithinTheAgeingTime) {
    model::Warnings warnings;
    EXPECT_EQ(settle_querier("br0", k_mac, 15s, {{"mcast-snooping-querier", "true"}}, warnings),
              (QuerierSettings{.interval = 7s,
                               .max_response = 1s,
                               .mac = k_mac,
                               .ip4 = ip("0.0.0.0"),
                               .ip6 = ip("fe80::ff:fe00:a")}));
    EXPECT_THAT(warnings, IsEmpty());
    EXPECT_EQ(settle_querier(
                  "br0", k_mac, 300s,
                  {{"mcast-snooping-querier", "true"}, {"mcast-snooping-query-interval", "151"}},
                  warnings)
                  ->interval,
              150s);
    EXPECT_THAT(warnings, ElementsAre("bridge br0: mcast-snooping-query-interval=151 is not within "
                                      "1 to 150; using 150"));
}

TEST(QuerierSettings, AreWhatIsConfigured) {
    model::Warnings warnings;
    EXPECT_EQ(settle_querier("br0", k_mac, 300s,
                             {{"mcast-snooping-querier", "true"},
                              {"mcast-snooping-query-interval", "20"},
                              {"mcast-snooping-query-max-response", "10"},
                              {"mcast-snooping-eth-src", "02:11:22:33:44:55"},
                              {"mcast-snooping-ip4-src", "192.0.2.1"}},
                             warnings),
              (QuerierSettings{.interval = 20s,
                               .max_response = 10s,
                               .mac = {2, 0x11, 0x22, 0x33, 0x44, 0x55},
                               .ip4 = ip("192.0.2.1"),
                               .ip6 = ip("fe80::11:22ff:fe33:4455")}));
    EXPECT_EQ(
        settle_querier("br0", k_mac, 300s,
                       {{"mcast-snooping-querier", "true"}, {"mcast-snooping-ip6-src", "fe80::1"}},
                       warnings)
            ->ip6,
        ip("fe80::1"));
    EXPECT_THAT(warnings, IsEmpty());
}

TEST(QuerierSettings, WarnOfWhatCannotBe) {
    model::Warnings warnings;
    EXPECT_EQ(settle_querier("br0", k_mac, 300s,
                             {{"mcast-snooping-querier", "true"},
                              {"mcast-snooping-query-interval", "5"},
                              {"mcast-snooping-query-max-response", "6"},
                              {"mcast-snooping-eth-src", "01:00:5e:00:00:01"},
                              {"mcast-snooping-ip4-src", "fe80::1"},
                              {"mcast-snooping-ip6-src", "2001:db8::1"}},
                             warnings),
              (QuerierSettings{.interval = 5s,
                               .max_response = 5s,
                               .mac = k_mac,
                               .ip4 = ip("0.0.0.0"),
                               .ip6 = ip("fe80::ff:fe00:a")}));
    EXPECT_THAT(
        warnings,
        ElementsAre("bridge br0: mcast-snooping-query-max-response=6 is not within 1 to 5; using 5",
                    "bridge br0: mcast-snooping-eth-src=01:00:5e:00:00:01 is not the Ethernet "
                    "address of a device",
                    "bridge br0: mcast-snooping-ip4-src=fe80::1 is not the IPv4 address of a host; "
                    "using 0.0.0.0",
                    "bridge br0: mcast-snooping-ip6-src=2001:db8::1 is not a link-local address of "
                    "IPv6, which hosts want queries to be from; using fe80::ff:fe00:a"));
    for (const auto *group : {"239.1.1.1", "255.255.255.255"}) {
        warnings.clear();
        EXPECT_EQ(
            settle_querier("br0", k_mac, 300s,
                           {{"mcast-snooping-querier", "true"}, {"mcast-snooping-ip4-src", group}},
                           warnings)
                ->ip4,
            ip("0.0.0.0"));
        EXPECT_EQ(warnings.size(), 1u);
    }
}

class QuerierTest : public testing::Test {
  protected:
    QuerierTest() { querier.set_vlans({0}); }

    // What it sends now: sources of IGMP and of MLD, with the VLAN if that is not 0.
    std::vector<std::string> sent() {
        std::vector<std::string> all;
        for (const auto &frame : querier.run(now)) {
            const auto message = decode_group_message(frame);
            EXPECT_TRUE(message);
            EXPECT_EQ(message->kind, GroupMessage::Kind::query);
            EXPECT_EQ(message->max_response, settings.max_response);
            Reader reader(frame);
            reader.skip(6);
            EXPECT_EQ(reader.mac(), settings.mac);
            const bool tagged = reader.u16() == 0x8100;
            all.push_back(model::to_string(message->source) +
                          (tagged ? fmt::format("@{}", reader.u16()) : ""));
        }
        return all;
    }
    // When, in seconds from now on, it sends in so many.
    std::vector<unsigned> seconds_of_queries(unsigned seconds) {
        std::vector<unsigned> all;
        for (unsigned i = 0; i < seconds; i++, now += 1s)
            if (!sent().empty())
                all.push_back(i);
        return all;
    }
    // Until the other's silence is over, as run() has it.
    std::vector<std::string> sent_in(std::chrono::seconds seconds) {
        now += seconds;
        return sent();
    }

    Time now{std::chrono::hours(1)};
    QuerierSettings settings{.interval = 20s,
                             .max_response = 2s,
                             .mac = k_mac,
                             .ip4 = ip("192.0.2.10"),
                             .ip6 = ip("fe80::10")};
    Querier querier{settings};
};

TEST_F(QuerierTest, AsksAtOnceSoonAgainAndThenAtTheInterval) {
    EXPECT_THAT(seconds_of_queries(70), ElementsAre(0, 5, 25, 45, 65));
}

TEST_F(QuerierTest, DoesNotMakeUpForWhatItMissed) {
    sent();
    now += 1h;
    EXPECT_EQ(sent().size(), 2u);
    EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(QuerierTest, AsksInEachVlanByBothProtocols) {
    querier.set_vlans({0, 10});
    EXPECT_THAT(sent(), ElementsAre("fe80::10", "192.0.2.10", "fe80::10@10", "192.0.2.10@10"));
}

TEST_F(QuerierTest, NewVlansAreAskedAtOnceAndOthersNoMore) {
    sent();
    querier.set_vlans({0, 10});
    EXPECT_THAT(sent(), ElementsAre("fe80::10@10", "192.0.2.10@10"));
    now += 1s;
    querier.set_vlans({10});
    EXPECT_THAT(seconds_of_queries(25), ElementsAre(4, 24));
    querier.set_vlans({});
    EXPECT_THAT(sent_in(1h), IsEmpty());
}

TEST_F(QuerierTest, TheLowerAddressAsks) {
    sent();
    querier.receive(0, ip("192.0.2.11"), now);
    EXPECT_THAT(sent_in(5s), ElementsAre("fe80::10", "192.0.2.10"));
    querier.receive(0, ip("192.0.2.9"), now);
    querier.receive(0, ip("fe80::11"), now);
    EXPECT_THAT(sent_in(20s), ElementsAre("fe80::10"));
    EXPECT_THAT(sent_in(20s), ElementsAre("fe80::10"));
    // Twice the interval and half the time for answers after it was last heard.
    EXPECT_THAT(sent_in(1s), ElementsAre("192.0.2.10"));
    EXPECT_THAT(sent_in(19s), ElementsAre("fe80::10"));
    EXPECT_THAT(sent_in(1s), ElementsAre("192.0.2.10"));
}

TEST_F(QuerierTest, ItIsSilentForAsLongAsTheOtherAsks) {
    sent();
    for (int i = 0; i < 10; i++) {
        querier.receive(0, ip("fe80::9"), now);
        querier.receive(0, ip("192.0.2.9"), now);
        EXPECT_THAT(seconds_of_queries(40), IsEmpty());
    }
}

TEST_F(QuerierTest, AnothersOwnVlanAlone) {
    querier.set_vlans({0, 10});
    sent();
    querier.receive(10, ip("192.0.2.9"), now);
    querier.receive(20, ip("fe80::9"), now); // where nobody asks
    EXPECT_THAT(sent_in(5s), ElementsAre("fe80::10", "192.0.2.10", "fe80::10@10"));
}

TEST_F(QuerierTest, WhoHasNoAddressGivesWayToAllThatHave) {
    settings.ip4 = ip("0.0.0.0");
    querier.configure(settings);
    EXPECT_THAT(sent(), ElementsAre("fe80::10", "0.0.0.0"));
    querier.receive(0, ip("0.0.0.0"), now);
    EXPECT_THAT(sent_in(5s), ElementsAre("fe80::10", "0.0.0.0"));
    querier.receive(0, ip("223.255.255.254"), now);
    EXPECT_THAT(sent_in(20s), ElementsAre("fe80::10"));
}

TEST_F(QuerierTest, NobodyGivesWayToWhoHasNone) {
    sent();
    querier.receive(0, ip("0.0.0.0"), now);
    EXPECT_THAT(sent_in(5s), ElementsAre("fe80::10", "192.0.2.10"));
}

TEST_F(QuerierTest, AChangeBeginsAnew) {
    sent();
    querier.receive(0, ip("192.0.2.9"), now);
    querier.configure(settings);
    EXPECT_THAT(sent(), IsEmpty());
    settings.ip4 = ip("192.0.2.8");
    querier.configure(settings);
    EXPECT_THAT(seconds_of_queries(26), ElementsAre(0, 5, 25));
}

TEST_F(QuerierTest, ShowsWhoAsksWhere) {
    querier.set_vlans({0, 10});
    sent();
    querier.receive(10, ip("192.0.2.9"), now);
    EXPECT_EQ(querier.show(), "  Querier of MLD in VLAN 0         : fe80::10 (this bridge)\n"
                              "  Querier of IGMP in VLAN 0        : 192.0.2.10 (this bridge)\n"
                              "  Querier of MLD in VLAN 10        : fe80::10 (this bridge)\n"
                              "  Querier of IGMP in VLAN 10       : 192.0.2.9\n");
    sent_in(41s);
    EXPECT_THAT(querier.show(), testing::HasSubstr("IGMP in VLAN 10       : 192.0.2.10 (this"));
}

} // namespace
} // namespace bvs::protocol
