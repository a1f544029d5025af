// SPDX-License-Identifier: Apache-2.0
//
// The real kernel's addresses, routes and neighbours: each test runs in a fresh network namespace,
// which it enters itself.
#include "selftests/unit/host/namespace.h"
#include "switch/host/address_monitor.h"
#include "switch/host/routing.h"

#include <gmock/gmock.h>
#include <net/if.h>
#include <unistd.h>

namespace bvs::host {
namespace {

model::IpAddress ip(std::string_view text) {
    return model::parse_ip_address(text).value();
}

int index(const char *name) {
    return static_cast<int>(if_nametoindex(name));
}

// Two netdevs, a0 with addresses.
class Routed : public testing::Test {
  protected:
    void SetUp() override {
        fd_ = enter_new_namespace();
        if (fd_ < 0)
            GTEST_SKIP() << "needs the right to make network namespaces";
        run("ip link set lo up; ip link add a0 type veth peer a1; ip link set a0 up; "
            "ip link set a1 up; ip address add 10.0.0.1/24 dev a0; "
            "ip address add fd00::1/64 dev a0 nodad");
    }
    void TearDown() override { close(fd_); }

    int fd_ = -1;
};

TEST_F(Routed, AddressesAreDumpedThenFollowed) {
    auto monitor = must(AddressMonitor::open());
    const auto &table = monitor.addresses();
    EXPECT_EQ(table.source(index("a0"), false), ip("10.0.0.1"));
    EXPECT_EQ(table.source(index("a0"), true), ip("fd00::1"));
    EXPECT_EQ(table.source(index("lo"), false), ip("127.0.0.1"));

    run("ip address add 10.0.0.2/24 dev a0");
    EXPECT_TRUE(must(monitor.poll()));
    EXPECT_FALSE(must(monitor.poll()));
    EXPECT_EQ(table.source(index("a0"), false), ip("10.0.0.1")) << "the other one is secondary";

    run("sysctl -qw net.ipv4.conf.a0.promote_secondaries=1; ip address del 10.0.0.1/24 dev a0");
    EXPECT_TRUE(must(monitor.poll()));
    EXPECT_EQ(table.source(index("a0"), false), ip("10.0.0.2"));

    run("ip address add 10.0.1.1/24 dev a1");
    const int a1 = index("a1");
    EXPECT_TRUE(wait_for(monitor, [&] { return table.source(a1, false) == ip("10.0.1.1"); }));
    run("ip link del a1");
    EXPECT_TRUE(wait_for(monitor, [&] { return !table.source(a1, false); }));
    EXPECT_TRUE(wait_for(monitor, [&] { return !table.entries().contains(a1); }));
}

TEST_F(Routed, LostAddressMessagesAreRepairedByADump) {
    auto monitor = must(AddressMonitor::open(4096));
    const auto added = [](int i) { return fmt::format("10.1.{}.1", i); };
    std::string batch = "address del 10.0.0.1/24 dev a0\n";
    for (int i = 0; i < 200; ++i)
        batch += fmt::format("address add {}/24 dev a0\n", added(i));
    run("printf '" + batch + "' | ip -batch -");
    EXPECT_TRUE(must(monitor.poll()));
    EXPECT_TRUE(wait_for(
        monitor, [&] { return monitor.addresses().source(index("a0"), false) == ip(added(0)); }));
    const auto fresh = must(AddressMonitor::open());
    EXPECT_EQ(monitor.addresses().entries().at(index("a0")).size(),
              fresh.addresses().entries().at(index("a0")).size());
}

TEST_F(Routed, ALookupSaysHowAPacketWouldLeave) {
    run("ip route add 10.9.0.0/16 via 10.0.0.254 mtu 1400; ip -6 route add fd09::/64 via fd00::9");
    run("ip route add 10.8.0.0/16 via inet6 fe80::9 dev a0; ip route add blackhole 10.7.0.0/16");
    run("ip route add 10.0.0.77 dev a1 table 5 src 10.0.0.1; ip rule add fwmark 3 table 5");
    auto routing = must(Routing::open());

    const auto near = must(routing.lookup(ip("10.0.0.2")));
    EXPECT_EQ(near.ifindex, index("a0"));
    EXPECT_EQ(near.source, ip("10.0.0.1"));
    EXPECT_TRUE(near.gateway.is_none());
    EXPECT_FALSE(near.local);

    const auto far = must(routing.lookup(ip("10.9.0.2")));
    EXPECT_EQ(far.gateway, ip("10.0.0.254"));
    EXPECT_EQ(far.mtu, 1400u);
    EXPECT_EQ(must(routing.lookup(ip("10.8.0.2"))).gateway, ip("fe80::9"));
    EXPECT_EQ(must(routing.lookup(ip("fd09::2"))).gateway, ip("fd00::9"));
    EXPECT_EQ(must(routing.lookup(ip("fd09::2"))).source, ip("fd00::1"));

    EXPECT_EQ(must(routing.lookup(ip("10.0.0.77"))).ifindex, index("a0"));
    EXPECT_EQ(must(routing.lookup(ip("10.0.0.77"), 3)).ifindex, index("a1"));

    EXPECT_TRUE(must(routing.lookup(ip("10.0.0.1"))).local);
    EXPECT_TRUE(must(routing.lookup(ip("fd00::1"))).local);
    EXPECT_EQ(routing.lookup(ip("192.0.2.1")).error().code, ENETUNREACH);
    EXPECT_THAT(routing.lookup(ip("192.0.2.1")).error().message,
                testing::StartsWith("cannot find a route to 192.0.2.1"));
    EXPECT_FALSE(routing.lookup(ip("10.7.0.1")));
}

TEST_F(Routed, RoutesOfBothVersionsTheLongestFirst) {
    run("ip route add 10.9.0.0/16 nexthop via 10.0.0.253 nexthop via 10.0.0.254; "
        "ip -6 route add fd09::/64 via fd00::9; ip route add 10.7.0.0/16 dev a0 table 5; "
        "ip route add default via 10.0.0.253");
    std::vector<std::string> seen;
    for (const auto &route : must(must(Routing::open()).routes()))
        seen.push_back(fmt::format("{}/{} {}{}", model::to_string(route.destination),
                                   route.prefix_length, model::to_string(route.gateway),
                                   route.local ? " local" : ""));
    EXPECT_THAT(seen, testing::IsSupersetOf({"10.0.0.1/32 :: local", "fd00::1/128 :: local",
                                             "10.0.0.0/24 ::", "10.9.0.0/16 10.0.0.253",
                                             "10.9.0.0/16 10.0.0.254", "fd09::/64 fd00::9",
                                             "0.0.0.0/0 10.0.0.253"}));
    EXPECT_THAT(seen, testing::Not(testing::Contains("10.7.0.0/16 ::")));
    const auto place = [&](const char *what) { return std::ranges::find(seen, what); };
    EXPECT_LT(place("10.0.0.1/32 :: local"), place("10.0.0.0/24 ::"));
    EXPECT_LT(place("10.0.0.0/24 ::"), place("10.9.0.0/16 10.0.0.253"));
    EXPECT_LT(place("10.9.0.0/16 10.0.0.253"), place("0.0.0.0/0 10.0.0.253"));
}

TEST_F(Routed, NeighboursOfBothVersions) {
    run("ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev a0 nud permanent; "
        "ip neigh add fd00::2 lladdr 02:00:00:00:00:03 dev a0 nud stale; "
        "ip neigh add 10.0.0.3 dev a0 nud failed");
    const Mac second{2, 0, 0, 0, 0, 2}, third{2, 0, 0, 0, 0, 3};
    const auto all = must(must(Routing::open()).neighbours());
    EXPECT_THAT(
        all,
        testing::UnorderedElementsAre(
            Neighbour{.ifindex = index("a0"), .address = ip("10.0.0.2"), .mac = second},
            Neighbour{
                .ifindex = index("a0"), .address = ip("fd00::2"), .mac = third, .stale = true}));
}

} // namespace
} // namespace bvs::host
