// SPDX-License-Identifier: Apache-2.0
#include "switch/host/routing.h"

#include "selftests/unit/host/message.h"

#include <gtest/gtest.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

namespace bvs::host {
namespace {

using Bytes4 = std::array<std::uint8_t, 4>;

constexpr Bytes4 k_network{10, 9, 0, 0};
constexpr Bytes4 k_gateway{10, 0, 0, 254};

model::IpAddress ip(std::string_view text) {
    return model::parse_ip_address(text).value();
}

Message route(std::uint8_t type = RTN_UNICAST, std::uint8_t family = AF_INET) {
    return {RTM_NEWROUTE,
            rtmsg{.rtm_family = family, .rtm_dst_len = 16, .rtm_table = 254, .rtm_type = type}};
}

Message neighbour(std::uint16_t state) {
    return {RTM_NEWNEIGH, ndmsg{.ndm_family = AF_INET, .ndm_ifindex = 7, .ndm_state = state}};
}

TEST(DecodeRoute, AllThatAMessageSays) {
    auto said = route().put(RTA_DST, k_network).put(RTA_OIF, 7).put(RTA_GATEWAY, k_gateway);
    said.put(RTA_PREFSRC, Bytes4{10, 0, 0, 1}).put(RTA_PRIORITY, 100u).put(RTA_TABLE, 1000u);
    said.nest(RTA_METRICS, [](Message &inside) { inside.put(RTAX_MTU, 1400u); });
    const auto routes = decode_route(said);
    ASSERT_EQ(routes.size(), 1u);
    EXPECT_EQ(routes[0], (Route{.destination = ip("10.9.0.0"),
                                .prefix_length = 16,
                                .ifindex = 7,
                                .gateway = ip("10.0.0.254"),
                                .source = ip("10.0.0.1"),
                                .mtu = 1400,
                                .priority = 100,
                                .table = 1000}));
}

TEST(DecodeRoute, AGatewayOfTheOtherVersion) {
    struct {
        std::uint16_t family = AF_INET6;
        std::array<std::uint8_t, 16> address{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
    } via;
    const auto routes = decode_route(route().put(RTA_DST, k_network).put(RTA_VIA, via));
    ASSERT_EQ(routes.size(), 1u);
    EXPECT_EQ(routes[0].gateway, ip("fe80::9"));
}

TEST(DecodeRoute, SeveralWays) {
    const auto way = [](int ifindex) {
        struct {
            rtnexthop head;
            nlattr attribute{8, RTA_GATEWAY};
            Bytes4 gateway = k_gateway;
        } one{.head = {.rtnh_len = 16, .rtnh_ifindex = ifindex}};
        static_assert(sizeof one == 16);
        return one;
    };
    const std::array ways{way(3), way(4)};
    auto said = route().put(RTA_MULTIPATH, ways).put(RTA_DST, k_network);
    auto routes = decode_route(said);
    ASSERT_EQ(routes.size(), 2u);
    EXPECT_EQ(routes[0].ifindex, 3);
    EXPECT_EQ(routes[1].ifindex, 4);
    EXPECT_EQ(routes[1].gateway, ip("10.0.0.254"));

    auto cut = ways;
    cut[1].head.rtnh_len = 17;
    EXPECT_EQ(decode_route(route().put(RTA_MULTIPATH, cut)).size(), 1u);
    cut[0].head.rtnh_len = 0;
    EXPECT_TRUE(decode_route(route().put(RTA_MULTIPATH, cut)).empty());
}

TEST(DecodeRoute, DefaultsAreOfTheirFamily) {
    EXPECT_EQ(decode_route(route())[0].destination, ip("0.0.0.0"));
    EXPECT_EQ(decode_route(route(RTN_UNICAST, AF_INET6))[0].destination, ip("::"));
    EXPECT_TRUE(decode_route(route(RTN_LOCAL))[0].local);
}

TEST(DecodeRoute, WhatLeadsNowhereIsNothing) {
    EXPECT_TRUE(decode_route(route(RTN_BLACKHOLE)).empty());
    EXPECT_TRUE(decode_route(route(RTN_MULTICAST)).empty());
    EXPECT_TRUE(decode_route(route(RTN_UNICAST, AF_BRIDGE)).empty());
    EXPECT_TRUE(decode_route(route().cut(sizeof(nlmsghdr) + 4)).empty());
}

TEST(DecodeNeighbour, OnlyOfWhomTheAddressIsKnown) {
    const Mac mac{2, 0, 0, 0, 0, 9};
    const auto full = [&](std::uint16_t state) {
        return neighbour(state).put(NDA_DST, k_gateway).put(NDA_LLADDR, mac);
    };
    const auto known = decode_neighbour(full(NUD_REACHABLE));
    ASSERT_TRUE(known);
    EXPECT_EQ(*known, (Neighbour{.ifindex = 7, .address = ip("10.0.0.254"), .mac = mac}));
    EXPECT_TRUE(decode_neighbour(full(NUD_STALE))->stale);
    EXPECT_FALSE(decode_neighbour(full(NUD_INCOMPLETE)));
    EXPECT_FALSE(decode_neighbour(full(NUD_FAILED)));
    EXPECT_FALSE(decode_neighbour(full(NUD_NOARP)));
    EXPECT_FALSE(decode_neighbour(neighbour(NUD_REACHABLE).put(NDA_DST, k_gateway)));
    EXPECT_FALSE(decode_neighbour(neighbour(NUD_REACHABLE).put(NDA_LLADDR, mac)));
    auto whole = full(NUD_REACHABLE);
    EXPECT_FALSE(decode_neighbour(whole.cut(whole.size() - 4)));
}

} // namespace
} // namespace bvs::host
