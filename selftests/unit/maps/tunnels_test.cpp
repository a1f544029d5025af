// SPDX-License-Identifier: Apache-2.0
#include "maps/tunnels.h"

#include "pipeline_fixture.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <netinet/in.h>

namespace bvs::maps {
namespace {

constexpr std::uint8_t k_exact = 0;
constexpr std::uint8_t k_any_local = BVS_PRECISION_ANY_LOCAL;

bvs_tunnel_end end_of(bvs_tunnel_type type, std::uint16_t dst_port, std::uint64_t key,
                      std::uint8_t precision = k_any_local) {
    return {.remote = bvs_address_v4(0x0a000002),
            .local = {},
            .key = key,
            .dst_port = dst_port,
            .type = static_cast<__u8>(type),
            .precision = precision,
            .reserved = 0};
}

bvs_tunnel_end vxlan(std::uint64_t key, std::uint8_t precision = k_any_local) {
    return end_of(BVS_TUNNEL_VXLAN, 4789, key, precision);
}

class Tunnels : public testing::Test {
  protected:
    TunnelEnds open() const {
        return TunnelEnds::open(kernel_.fd("tunnel_ends"), kernel_.fd("tunnel_listeners")).value();
    }

    // As BPF finds them: precisions by type of tunnel, of GRE or of a UDP port.
    unsigned precisions(bvs_tunnel_type type, std::uint8_t ip_proto, std::uint16_t dst_port) const {
        const auto listeners =
            Hash<std::uint32_t, bvs_listener>::open(kernel_.fd("tunnel_listeners"), "", "");
        const auto found = listeners->find(bvs_listener_key(ip_proto, dst_port));
        return found && found->type == type ? found->precisions : 0;
    }
    unsigned vxlan_precisions() const { return precisions(BVS_TUNNEL_VXLAN, IPPROTO_UDP, 4789); }

    const KernelMaps kernel_;
};

TEST_F(Tunnels, AListenerTellsOfThePrecisionsThatThereAre) {
    auto ends = open();
    EXPECT_EQ(vxlan_precisions(), 0U);
    ASSERT_TRUE(ends.set(vxlan(1), 10));
    ASSERT_TRUE(ends.set(vxlan(2), 20));
    EXPECT_EQ(vxlan_precisions(), 1U << k_any_local);
    ASSERT_TRUE(ends.set(vxlan(3, k_exact), 30));
    EXPECT_EQ(vxlan_precisions(), 1U << k_any_local | 1U << k_exact);

    ASSERT_TRUE(ends.erase(vxlan(1)));
    ASSERT_TRUE(ends.erase(vxlan(1)));
    EXPECT_EQ(vxlan_precisions(), 1U << k_any_local | 1U << k_exact);
    ASSERT_TRUE(ends.erase(vxlan(2)));
    EXPECT_EQ(vxlan_precisions(), 1U << k_exact);
    ASSERT_TRUE(ends.erase(vxlan(3, k_exact)));
    EXPECT_TRUE(ends.listeners().empty());
    EXPECT_TRUE(ends.all().empty());
}

TEST_F(Tunnels, GreIsAProtocolAndTheOthersAreUdpPorts) {
    auto ends = open();
    ASSERT_TRUE(ends.set(end_of(BVS_TUNNEL_GRE, 0, 7), 1));
    ASSERT_TRUE(ends.set(end_of(BVS_TUNNEL_GENEVE, 6081, 7), 2));
    EXPECT_EQ(precisions(BVS_TUNNEL_GRE, IPPROTO_GRE, 0), 1U << k_any_local);
    EXPECT_EQ(precisions(BVS_TUNNEL_GENEVE, IPPROTO_UDP, 6081), 1U << k_any_local);
    EXPECT_EQ(ends.listeners().size(), 2U);
}

TEST_F(Tunnels, AnEndCanBeGivenToAnotherPort) {
    auto ends = open();
    ASSERT_TRUE(ends.set(vxlan(1), 10));
    ASSERT_TRUE(ends.set(vxlan(1), 11));
    EXPECT_EQ(ends.find(vxlan(1)), 11U);
    ASSERT_TRUE(ends.erase(vxlan(1)));
    EXPECT_EQ(ends.find(vxlan(1)), std::nullopt);
    EXPECT_EQ(vxlan_precisions(), 0U);
}

TEST_F(Tunnels, TwoTypesAtOneUdpPortAreRefused) {
    auto ends = open();
    ASSERT_TRUE(ends.set(vxlan(1), 10));
    const auto refused = ends.set(end_of(BVS_TUNNEL_GENEVE, 4789, 2), 20);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EADDRINUSE);
    EXPECT_NE(refused.error().message.find("UDP port 4789 is taken by tunnels of type vxlan"),
              std::string::npos)
        << refused.error().message;
    EXPECT_EQ(ends.all().size(), 1U);

    ASSERT_TRUE(ends.erase(vxlan(1)));
    EXPECT_TRUE(ends.set(end_of(BVS_TUNNEL_GENEVE, 4789, 2), 20));
}

TEST_F(Tunnels, WithoutRoomForAListenerNothingChanges) {
    auto ends = open();
    for (std::uint16_t n = 0; n < BVS_MAX_LISTENERS; ++n)
        ASSERT_TRUE(ends.set(end_of(BVS_TUNNEL_VXLAN, static_cast<std::uint16_t>(5000 + n), 1), n));
    const auto writes = ends.writes();
    const auto refused = ends.set(end_of(BVS_TUNNEL_VXLAN, 4000, 1), 999);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOSPC);
    EXPECT_EQ(refused.error().message,
              "all 256 places of map tunnel_listeners are taken; let tunnels share a dst_port");
    EXPECT_EQ(ends.find(end_of(BVS_TUNNEL_VXLAN, 4000, 1)), std::nullopt);
    EXPECT_EQ(ends.all().size(), BVS_MAX_LISTENERS);
    EXPECT_GT(ends.writes(), writes); // it was entered, and taken out again

    EXPECT_TRUE(ends.set(end_of(BVS_TUNNEL_VXLAN, 5000, 2), 999)); // who shares a port needs none
    ASSERT_TRUE(ends.erase(end_of(BVS_TUNNEL_VXLAN, 5001, 1)));
    EXPECT_TRUE(ends.set(end_of(BVS_TUNNEL_VXLAN, 4000, 1), 999));
}

TEST_F(Tunnels, ARestartedDaemonFindsTheEndsAndWritesNothing) {
    {
        auto ends = open();
        ASSERT_TRUE(ends.set(vxlan(1), 10));
        ASSERT_TRUE(ends.set(vxlan(2), 20));
        ASSERT_TRUE(ends.set(end_of(BVS_TUNNEL_GRE, 0, 0), 30));
    }
    auto ends = open();
    EXPECT_EQ(ends.find(vxlan(2)), 20U);
    EXPECT_EQ(ends.all().size(), 3U);
    ASSERT_TRUE(ends.set(vxlan(1), 10));
    EXPECT_EQ(ends.writes(), 0U);

    ASSERT_TRUE(ends.erase(vxlan(1)));
    EXPECT_EQ(vxlan_precisions(), 1U << k_any_local);
    ASSERT_TRUE(ends.erase(vxlan(2)));
    EXPECT_EQ(vxlan_precisions(), 0U);
}

TEST_F(Tunnels, ListenersThatADaemonLeftHalfDoneAreRepaired) {
    ASSERT_TRUE(open().set(vxlan(1), 10));
    auto listeners =
        Hash<std::uint32_t, bvs_listener>::open(kernel_.fd("tunnel_listeners"), "", "");
    ASSERT_TRUE(listeners->set(bvs_listener_key(IPPROTO_UDP, 4789),
                               {.type = BVS_TUNNEL_VXLAN, .precisions = 1U << k_exact}));
    ASSERT_TRUE(listeners->set(bvs_listener_key(IPPROTO_UDP, 6081),
                               {.type = BVS_TUNNEL_GENEVE, .precisions = 1U << k_exact}));
    const auto ends = open();
    EXPECT_EQ(vxlan_precisions(), 1U << k_any_local);
    EXPECT_EQ(ends.listeners().size(), 1U);
}

TEST_F(Tunnels, AHashHasWhatWasSetAndNotErased) {
    auto addresses = LocalAddresses::open(kernel_.fd("local_addresses"), "", "").value();
    for (std::uint32_t n = 1; n <= 300; ++n)
        ASSERT_TRUE(addresses.set(bvs_address_v4(n), 1));
    ASSERT_TRUE(addresses.set(bvs_address_v4(300), 1));
    for (std::uint32_t n = 1; n <= 300; n += 2)
        ASSERT_TRUE(addresses.erase(bvs_address_v4(n)));
    EXPECT_EQ(addresses.writes(), 450U);
    std::map<std::uint64_t, std::uint32_t> found;
    for (const auto &[address, value] : addresses.all())
        found[address.low] = value;
    EXPECT_EQ(found.size(), 150U);
    EXPECT_TRUE(std::ranges::all_of(
        found, [](const auto &entry) { return entry.first % 2 == 0 && entry.second == 1; }));
}

TEST_F(Tunnels, ChangesAreCountedWhereBpfSeesIt) {
    std::uint32_t version = 7;
    auto ends = open();
    ends.count_in(version);
    ASSERT_TRUE(ends.set(vxlan(1), 10));
    EXPECT_EQ(version, 9U); // the end and its listener
    ASSERT_TRUE(ends.set(vxlan(1), 10));
    EXPECT_EQ(version, 9U);
    ASSERT_TRUE(ends.set(vxlan(1), 20));
    EXPECT_EQ(version, 10U);
    ASSERT_TRUE(ends.erase(vxlan(1)));
    EXPECT_EQ(version, 12U);
}

TEST_F(Tunnels, AMapOfAnotherMakeIsRefused) {
    const auto refused = LocalAddresses::open(kernel_.fd("tunnel_ends"), "", "");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("another build's"), std::string::npos);
}

} // namespace
} // namespace bvs::maps
