// SPDX-License-Identifier: Apache-2.0
#include "selftests/unit/host/message.h"
#include "switch/host/link.h"

#include <gtest/gtest.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace bvs::host {
namespace {

Message link_message(std::uint16_t type = RTM_NEWLINK, unsigned char family = AF_UNSPEC) {
    return {type, ifinfomsg{.ifi_family = family,
                            .ifi_index = 7,
                            .ifi_flags = IFF_UP | IFF_LOWER_UP | IFF_RUNNING | IFF_PROMISC}};
}

TEST(DecodeLink, ReadsEveryAttribute) {
    const Mac mac{0x02, 1, 2, 3, 4, 5};
    Message message = link_message();
    message.put_text(IFLA_IFNAME, std::string_view("veth7\0", 6))
        .put(IFLA_MTU, std::uint32_t{9000})
        .put(IFLA_ADDRESS, mac)
        .put(IFLA_OPERSTATE, std::uint8_t{IF_OPER_UP})
        .put(IFLA_CARRIER_CHANGES, std::uint32_t{4})
        .put_text(IFLA_IFALIAS, "bvs:br0")
        .put(IFLA_LINK, std::int32_t{8})
        .put(IFLA_LINK_NETNSID, std::int32_t{3})
        .put(IFLA_MASTER, std::uint32_t{9})
        .put_text(IFLA_PARENT_DEV_NAME, "0000:00:03.0")
        .nest(IFLA_LINKINFO, [](Message &m) { m.put_text(IFLA_INFO_KIND, "veth"); })
        .nest(IFLA_XDP, [](Message &m) {
            m.put(IFLA_XDP_ATTACHED, std::uint8_t{XDP_ATTACHED_MULTI})
                .put(IFLA_XDP_SKB_PROG_ID, std::uint32_t{5})
                .put(IFLA_XDP_DRV_PROG_ID, std::uint32_t{6});
        });

    const auto report = decode_link(message);

    ASSERT_TRUE(report);
    EXPECT_FALSE(report->gone);
    EXPECT_EQ(report->link, (Link{.ifindex = 7,
                                  .name = "veth7",
                                  .kind = "veth",
                                  .alias = "bvs:br0",
                                  .mac = mac,
                                  .mtu = 9000,
                                  .up = true,
                                  .carrier = true,
                                  .running = true,
                                  .promiscuous = true,
                                  .oper_state = OperState::up,
                                  .carrier_changes = 4,
                                  .master_ifindex = 9,
                                  .peer_ifindex = 8,
                                  .peer_other_netns = true,
                                  .peer_netns_id = 3,
                                  .parent_device = "0000:00:03.0",
                                  .xdp_mode = XdpMode::several,
                                  .xdp_prog_id = 6}));
    EXPECT_TRUE(report->link.physical());
}

TEST(DecodeLink, AbsentAttributesMeanNone) {
    const auto report =
        decode_link(Message(RTM_NEWLINK, ifinfomsg{.ifi_index = 1}).put_text(IFLA_IFNAME, "lo"));

    ASSERT_TRUE(report);
    EXPECT_EQ(report->link, (Link{.ifindex = 1, .name = "lo"}));
    EXPECT_FALSE(report->link.physical());
    EXPECT_EQ(report->statistics, LinkStatistics{});
}

TEST(DecodeLink, CountersDoNotMakeLinksDiffer) {
    Message quiet = link_message();
    quiet.put_text(IFLA_IFNAME, "eth0").put(IFLA_STATS64, rtnl_link_stats64{});
    Message busy = link_message();
    busy.put_text(IFLA_IFNAME, "eth0").put(IFLA_STATS64, rtnl_link_stats64{.rx_packets = 9});

    const auto before = decode_link(quiet), after = decode_link(busy);

    ASSERT_TRUE(before && after);
    EXPECT_EQ(before->link, after->link);
    EXPECT_NE(before->statistics, after->statistics);
}

TEST(DecodeLink, BridgePortLeavingItsBridgeIsNotADeletion) {
    EXPECT_FALSE(decode_link(link_message(RTM_DELLINK, AF_BRIDGE).put_text(IFLA_IFNAME, "eth0")));
    const auto report = decode_link(link_message(RTM_DELLINK).put_text(IFLA_IFNAME, "eth0"));
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->gone);
}

TEST(DecodeLink, RefusesWhatIsNoLink) {
    EXPECT_FALSE(decode_link(link_message(RTM_NEWADDR).put_text(IFLA_IFNAME, "eth0")));
    EXPECT_FALSE(decode_link(link_message())) << "no name";
    EXPECT_FALSE(decode_link(Message(RTM_NEWLINK, ifinfomsg{}).put_text(IFLA_IFNAME, "eth0")))
        << "no ifindex";
}

// Storage ends where the message does, so the sanitizer build sees a read too far.
TEST(DecodeLink, EveryTruncationIsSafe) {
    Message whole = link_message();
    whole.put_text(IFLA_IFNAME, "veth7")
        .put(IFLA_MTU, std::uint32_t{9000})
        .nest(IFLA_LINKINFO, [](Message &m) { m.put_text(IFLA_INFO_KIND, "veth"); })
        .nest(IFLA_XDP, [](Message &m) { m.put(IFLA_XDP_ATTACHED, std::uint8_t{1}); })
        .put(IFLA_STATS64, rtnl_link_stats64{});

    for (std::size_t size = sizeof(nlmsghdr); size < whole.size(); ++size) {
        const auto report = decode_link(whole.cut(size));
        if (size < NLMSG_LENGTH(sizeof(ifinfomsg))) {
            EXPECT_FALSE(report) << size;
        } else if (report) {
            EXPECT_EQ(report->link.name, "veth7") << size;
        }
    }
}

TEST(DecodeLink, ShortNumbersReadAsZero) {
    Message message = link_message();
    message.put_text(IFLA_IFNAME, "eth0")
        .put(IFLA_MTU, std::uint16_t{1})
        .put(IFLA_ADDRESS, std::uint32_t{0xffffffff}); // an address that is not Ethernet's

    const auto report = decode_link(message);

    ASSERT_TRUE(report);
    EXPECT_EQ(report->link.mtu, 0u);
    EXPECT_EQ(report->link.mac, Mac{});
}

TEST(DecodeStatistics, ReadsEveryCounter) {
    const rtnl_link_stats64 raw{.rx_packets = 1,
                                .tx_packets = 2,
                                .rx_bytes = 3,
                                .tx_bytes = 4,
                                .rx_errors = 5,
                                .tx_errors = 6,
                                .rx_dropped = 7,
                                .tx_dropped = 8,
                                .multicast = 9,
                                .collisions = 10,
                                .rx_over_errors = 11,
                                .rx_crc_errors = 12,
                                .rx_frame_errors = 13,
                                .rx_missed_errors = 14};

    const auto report = decode_statistics(
        Message(RTM_NEWSTATS, if_stats_msg{.ifindex = 7}).put(IFLA_STATS_LINK_64, raw));

    ASSERT_TRUE(report);
    EXPECT_EQ(report->ifindex, 7);
    EXPECT_EQ(report->statistics, (LinkStatistics{.rx_packets = 1,
                                                  .rx_bytes = 3,
                                                  .rx_dropped = 7,
                                                  .rx_errors = 5,
                                                  .rx_crc_err = 12,
                                                  .rx_frame_err = 13,
                                                  .rx_over_err = 11,
                                                  .rx_missed_errors = 14,
                                                  .rx_multicast = 9,
                                                  .tx_packets = 2,
                                                  .tx_bytes = 4,
                                                  .tx_dropped = 8,
                                                  .tx_errors = 6,
                                                  .collisions = 10}));
}

TEST(DecodeStatistics, AnOlderKernelsShorterStructureIsRead) {
    const std::uint64_t two[] = {1, 2};
    const auto report = decode_statistics(
        Message(RTM_NEWSTATS, if_stats_msg{.ifindex = 7}).put(IFLA_STATS_LINK_64, two));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->statistics, (LinkStatistics{.rx_packets = 1, .tx_packets = 2}));
}

TEST(DecodeStatistics, RefusesWhatHasNone) {
    EXPECT_FALSE(decode_statistics(Message(RTM_NEWSTATS, if_stats_msg{.ifindex = 7})));
    EXPECT_FALSE(decode_statistics(link_message()));
}

} // namespace
} // namespace bvs::host
