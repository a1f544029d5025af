// SPDX-License-Identifier: Apache-2.0
//
// The real kernel's behaviour: each test runs in a fresh network namespace, which it enters itself.
#include "selftests/unit/host/namespace.h"
#include "switch/host/ethtool.h"
#include "switch/host/link_control.h"
#include "switch/host/link_monitor.h"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <unistd.h>

namespace bvs::host {
namespace {

using Kind = LinkEvent::Kind;

class Namespace : public testing::Test {
  protected:
    void SetUp() override {
        fd_ = enter_new_namespace();
        if (fd_ < 0)
            GTEST_SKIP() << "needs the right to make network namespaces";
        control_.emplace(must(LinkControl::open()));
        monitor_.emplace(must(LinkMonitor::open()));
    }
    void TearDown() override { close(fd_); }

    VethPair veth(const std::string &name, const std::string &peer) {
        return must(control_->create_veth({.name = name}, {.name = peer}));
    }
    LinkChanges poll() { return must(monitor_->poll()); }

    bool wait_for(const auto &condition) { return host::wait_for(*monitor_, condition); }

    // Of one link, in order.
    std::vector<LinkEvent> events(int ifindex) {
        std::vector<LinkEvent> result = poll().events;
        std::erase_if(result, [&](const LinkEvent &e) { return e.link.ifindex != ifindex; });
        return result;
    }
    static std::vector<Kind> kinds(const std::vector<LinkEvent> &events) {
        std::vector<Kind> result;
        for (const LinkEvent &event : events)
            result.push_back(event.kind);
        return result;
    }
    static void move(const std::string &name, int netns) {
        run(fmt::format("ip link set {} netns /proc/{}/fd/{}", name, getpid(), netns));
    }

    int fd_ = -1;
    std::optional<LinkControl> control_;
    std::optional<LinkMonitor> monitor_;
};

TEST_F(Namespace, TheFirstDumpIsTheTableNotEvents) {
    veth("a0", "a1");
    const LinkMonitor monitor = must(LinkMonitor::open());
    EXPECT_TRUE(monitor.links().find("lo"));
    EXPECT_TRUE(monitor.links().find("a0"));
    EXPECT_EQ(monitor.links().entries().size(), 3u);
}

TEST_F(Namespace, ALinksLifeAsEvents) {
    const VethPair pair = veth("a0", "a1");
    const int a0 = pair.end.ifindex;
    auto seen = events(a0);
    ASSERT_FALSE(seen.empty());
    EXPECT_EQ(seen[0].kind, Kind::appeared);
    EXPECT_EQ(monitor_->links().find("a0")->kind, "veth");
    EXPECT_EQ(monitor_->links().find("a0")->peer_ifindex, pair.peer.ifindex);
    EXPECT_FALSE(monitor_->links().find("a0")->physical());
    EXPECT_TRUE(events(a0).empty());

    must(control_->set_mtu(a0, 9000));
    seen = events(a0);
    ASSERT_EQ(kinds(seen), std::vector{Kind::changed});
    EXPECT_EQ(seen[0].before.mtu, 1500u);
    EXPECT_EQ(seen[0].link.mtu, 9000u);

    must(control_->rename(a0, "b0"));
    seen = events(a0);
    ASSERT_EQ(kinds(seen), std::vector{Kind::renamed});
    EXPECT_EQ(seen[0].before.name, "a0");
    EXPECT_FALSE(monitor_->links().find("a0"));

    must(control_->set_up(a0, true));
    must(control_->set_up(pair.peer.ifindex, true));
    EXPECT_TRUE(wait_for([&] { return monitor_->links().find(a0)->oper_state == OperState::up; }));
    EXPECT_TRUE(monitor_->links().find(a0)->up);
    EXPECT_TRUE(monitor_->links().find(a0)->carrier);
    EXPECT_TRUE(monitor_->links().find(a0)->running);

    must(control_->set_up(pair.peer.ifindex, false));
    EXPECT_TRUE(wait_for([&] { return !monitor_->links().find(a0)->carrier; }));
    EXPECT_TRUE(monitor_->links().find(a0)->up);
    EXPECT_GT(monitor_->links().find(a0)->carrier_changes, 0u);

    must(control_->delete_link(a0));
    EXPECT_EQ(kinds(events(a0)).back(), Kind::vanished);
    EXPECT_FALSE(monitor_->links().find("b0"));
    EXPECT_FALSE(monitor_->links().find("a1"));
}

// The kernel tells the near end of a move only if that changes its carrier.
TEST_F(Namespace, APeersMoveToAnotherNamespaceAndBackIsSeen) {
    const int other = enter_new_namespace();
    ASSERT_GE(other, 0);
    ASSERT_EQ(setns(fd_, CLONE_NEWNET), 0);
    const VethPair pair = veth("a0", "a1");
    const int a0 = pair.end.ifindex;
    const auto away = [&] { return monitor_->links().find(a0)->peer_other_netns; };

    for (const bool up : {false, true}) {
        must(control_->set_up(a0, up));
        must(control_->set_up(pair.peer.ifindex, up));
        ASSERT_TRUE(wait_for([&] { return monitor_->links().find(a0)->carrier == up; }));

        move("a1", other);
        EXPECT_TRUE(wait_for(away)) << "up " << up;
        EXPECT_FALSE(monitor_->links().find("a1"));

        ASSERT_EQ(setns(other, CLONE_NEWNET), 0);
        move("a1", fd_);
        ASSERT_EQ(setns(fd_, CLONE_NEWNET), 0);
        EXPECT_TRUE(wait_for([&] { return !away(); })) << "up " << up;
        ASSERT_TRUE(monitor_->links().find("a1"));
        EXPECT_EQ(monitor_->links().find("a1")->peer_ifindex, a0);
    }
    close(other);
}

TEST_F(Namespace, BothEndsOfANewPairKnowEachOther) {
    const VethPair pair = veth("a0", "a1");
    EXPECT_TRUE(wait_for([&] {
        return monitor_->links().find("a0")->peer_ifindex == pair.peer.ifindex &&
               monitor_->links().find("a1")->peer_ifindex == pair.end.ifindex;
    }));
}

TEST_F(Namespace, LostMessagesAreRepairedByADump) {
    veth("stays0", "stays1");
    veth("goes0", "goes1");
    LinkMonitor small = must(LinkMonitor::open(4096));

    for (int i = 0; i < 100; ++i)
        veth(fmt::format("x{}", i), fmt::format("y{}", i));
    must(control_->delete_link(must(control_->get("goes0")).ifindex));
    must(control_->set_mtu(must(control_->get("stays0")).ifindex, 1400));
    const LinkChanges changes = must(small.poll());

    EXPECT_TRUE(changes.resynced);
    std::map<Kind, int> count;
    for (const LinkEvent &event : changes.events)
        ++count[event.kind];
    EXPECT_EQ(count[Kind::appeared], 200);
    EXPECT_EQ(count[Kind::vanished], 2);
    EXPECT_LE(count[Kind::changed], 2) << "those that stay";
    EXPECT_EQ(small.links().entries().size(), must(LinkMonitor::open()).links().entries().size());
    EXPECT_FALSE(small.links().find("goes1"));
    EXPECT_EQ(small.links().find("stays0")->mtu, 1400u);

    EXPECT_FALSE(must(small.poll()).resynced);
}

TEST_F(Namespace, FiveHundredPairs) {
    for (int i = 0; i < 500; ++i)
        veth(fmt::format("x{}", i), fmt::format("y{}", i));
    EXPECT_FALSE(poll().resynced) << "the receive buffer holds them all";
    for (int i = 0; i < 500; ++i) {
        const Link *link = monitor_->links().find(fmt::format("x{}", i));
        ASSERT_TRUE(link);
        EXPECT_EQ(monitor_->links().find(link->peer_ifindex)->name, fmt::format("y{}", i));
    }
    EXPECT_EQ(must(LinkMonitor::open()).links().entries().size(), 1001u);
}

TEST_F(Namespace, CountersAreRefreshed) {
    const VethPair pair = veth("a0", "a1");
    must(control_->set_up(pair.end.ifindex, true));
    must(control_->set_up(pair.peer.ifindex, true));
    ASSERT_EQ(std::system("ip address add 192.0.2.1/24 dev a0; ping -qc1 -W1 192.0.2.2 >/dev/null"),
              256);
    poll();
    must(monitor_->refresh_statistics());
    const LinkStatistics *sent = monitor_->links().statistics(pair.end.ifindex);
    const LinkStatistics *received = monitor_->links().statistics(pair.peer.ifindex);
    ASSERT_TRUE(sent && received);
    EXPECT_GT(sent->tx_packets, 0u);
    EXPECT_GT(sent->tx_bytes, 0u);
    EXPECT_EQ(sent->tx_packets, received->rx_packets);
}

TEST_F(Namespace, CreateVethSetsAllThatWasAsked) {
    const Mac mac{0x02, 0, 0, 0, 0, 1}, peer_mac{0x02, 0, 0, 0, 0, 2};
    const VethPair pair = must(control_->create_veth(
        {.name = "br0", .mac = mac},
        {.name = "bvs-1", .mac = peer_mac, .alias = "bvs:1234:br0", .ipv6 = false}, 9000));

    EXPECT_TRUE(wait_for([&] { return monitor_->links().find("br0"); }));
    EXPECT_EQ(pair.end.name, "br0");
    EXPECT_EQ(pair.end.kind, "veth");
    EXPECT_EQ(pair.end.peer_ifindex, pair.peer.ifindex);
    EXPECT_FALSE(pair.end.peer_other_netns);
    EXPECT_EQ(pair.end.mac, mac);
    EXPECT_EQ(pair.end.mtu, 9000u);
    EXPECT_EQ(pair.end.alias, "");
    EXPECT_EQ(pair.peer.name, "bvs-1");
    EXPECT_EQ(pair.peer.peer_ifindex, pair.end.ifindex);
    EXPECT_EQ(pair.peer.mac, peer_mac);
    EXPECT_EQ(pair.peer.mtu, 9000u);
    EXPECT_EQ(pair.peer.alias, "bvs:1234:br0");
    EXPECT_EQ(must(LinkMonitor::open()).links().find("bvs-1")->alias, "bvs:1234:br0");

    must(control_->set_up(pair.end.ifindex, true));
    must(control_->set_up(pair.peer.ifindex, true));
    const auto has_ipv6 = [](std::string_view name) {
        std::ifstream file("/proc/self/net/if_inet6");
        const std::string all((std::istreambuf_iterator(file)), {});
        return all.find(name) != std::string::npos;
    };
    EXPECT_TRUE(wait_for([&] { return has_ipv6("br0"); }));
    EXPECT_TRUE(wait_for([&] { return monitor_->links().find("bvs-1")->carrier; }));
    EXPECT_FALSE(has_ipv6("bvs-1"));
}

TEST_F(Namespace, NothingIsLeftWhenCreateVethFails) {
    const auto taken = control_->create_veth({.name = "a0"}, {.name = "lo"});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code, EEXIST);
    EXPECT_FALSE(control_->create_veth({.name = "a0"}, {.name = "sixteen-bytes-xx"}));
    EXPECT_FALSE(
        control_->create_veth({.name = "a0"}, {.name = "a1", .alias = std::string(256, 'x')}));
    EXPECT_FALSE(control_->create_veth({.name = "a0"}, {.name = ""}));
    EXPECT_FALSE(control_->create_veth({.name = "a%d"}, {.name = "b0"}));
    EXPECT_EQ(must(LinkMonitor::open()).links().entries().size(), 1u);
}

TEST_F(Namespace, ErrorsCarryTheKernelsWords) {
    const int a0 = veth("a0", "a1").end.ifindex;
    const auto mtu = control_->set_mtu(a0, 100'000'000);
    ASSERT_FALSE(mtu);
    EXPECT_EQ(mtu.error().code, EINVAL);
    EXPECT_THAT(mtu.error().message, testing::HasSubstr("MTU of link"));
    EXPECT_THAT(mtu.error().message, testing::HasSubstr("(mtu greater than device maximum)"));
    const auto missing = control_->get("nosuch");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, ENODEV);
    EXPECT_FALSE(control_->delete_link(4711));
}

TEST_F(Namespace, MacAndAliasCanChange) {
    const int a0 = veth("a0", "a1").end.ifindex;
    const Mac mac{0x02, 0, 0, 0, 0, 9};
    must(control_->set_mac(a0, mac));
    must(control_->set_alias(a0, "marked"));
    EXPECT_EQ(must(control_->get(a0)).mac, mac);
    EXPECT_EQ(must(control_->get(a0)).alias, "marked");
    must(control_->set_alias(a0, ""));
    EXPECT_EQ(must(control_->get(a0)).alias, "");
}

TEST_F(Namespace, PromiscuousModeIsSetOnceAndClearedOnce) {
    const int a0 = veth("a0", "a1").end.ifindex;
    poll();
    must(control_->set_promiscuous(a0, true));
    must(control_->set_promiscuous(a0, true));
    poll();
    EXPECT_TRUE(monitor_->links().find(a0)->promiscuous);
    must(control_->set_promiscuous(a0, false));
    poll();
    EXPECT_FALSE(monitor_->links().find(a0)->promiscuous);
}

TEST_F(Namespace, WhatADriverSays) {
    const VethPair pair = veth("a0", "a1");
    must(control_->set_up(pair.end.ifindex, true));
    must(control_->set_up(pair.peer.ifindex, true));
    Ethtool ethtool = must(Ethtool::open());

    EXPECT_EQ(must(ethtool.driver_info("a0")).driver, "veth");
    EXPECT_EQ(must(ethtool.link_settings("a0")),
              (LinkSettings{.speed = 10'000'000'000, .duplex = Duplex::full}));
    EXPECT_EQ(ethtool.link_settings("lo").error().code, EOPNOTSUPP);
    EXPECT_EQ(ethtool.driver_info("nosuch").error().code, ENODEV);
}

TEST_F(Namespace, FeaturesBySetAndGet) {
    veth("a0", "a1");
    Ethtool ethtool = must(Ethtool::open());
    const Feature before = must(ethtool.feature("a0", "rx-vlan-hw-parse"));
    EXPECT_TRUE(before.active && before.changeable);
    must(ethtool.set_feature("a0", "rx-vlan-hw-parse", false));
    must(ethtool.set_feature("a0", "rx-vlan-hw-parse", false));
    EXPECT_FALSE(must(ethtool.feature("a0", "rx-vlan-hw-parse")).active);
    must(ethtool.set_feature("a0", "rx-vlan-hw-parse", true));
    EXPECT_TRUE(must(ethtool.feature("a0", "rx-vlan-hw-parse")).active);

    EXPECT_FALSE(must(ethtool.feature("lo", "rx-vlan-hw-parse")).changeable);
    EXPECT_EQ(ethtool.set_feature("lo", "rx-vlan-hw-parse", true).error().code, EOPNOTSUPP);
    EXPECT_EQ(ethtool.feature("a0", "no-such-feature").error().code, EOPNOTSUPP);
}

TEST_F(Namespace, FeaturesCanAllBeCleared) {
    veth("a0", "b0");
    Ethtool ethtool = must(Ethtool::open());
    for (int time = 0; time < 2; ++time) {
        must(ethtool.clear_features("a0"));
        for (const auto *name :
             {"tx-scatter-gather", "tx-checksum-ip-generic", "tx-generic-segmentation",
              "tx-tcp-segmentation", "tx-udp_tnl-segmentation", "tx-vlan-hw-insert"})
            EXPECT_FALSE(must(ethtool.feature("a0", name)).active) << name;
    }
    EXPECT_TRUE(must(ethtool.feature("b0", "tx-scatter-gather")).active);
    EXPECT_EQ(ethtool.clear_features("nosuch").error().code, ENODEV);
}

} // namespace
} // namespace bvs::host
