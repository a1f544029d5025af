// SPDX-License-Identifier: Apache-2.0
#include "switch/host/link.h"

#include "switch/host/attribute.h"

#include <algorithm>
#include <cstring>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

namespace bvs::host {

namespace {

LinkStatistics statistics(const nlattr *attribute) {
    // Older kernels end the structure earlier, newer ones later.
    rtnl_link_stats64 raw{};
    std::memcpy(&raw, mnl_attr_get_payload(attribute),
                std::min<std::size_t>(sizeof raw, mnl_attr_get_payload_len(attribute)));
    return {.rx_packets = raw.rx_packets,
            .rx_bytes = raw.rx_bytes,
            .rx_dropped = raw.rx_dropped,
            .rx_errors = raw.rx_errors,
            .rx_crc_err = raw.rx_crc_errors,
            .rx_frame_err = raw.rx_frame_errors,
            .rx_over_err = raw.rx_over_errors,
            .rx_missed_errors = raw.rx_missed_errors,
            .rx_multicast = raw.multicast,
            .tx_packets = raw.tx_packets,
            .tx_bytes = raw.tx_bytes,
            .tx_dropped = raw.tx_dropped,
            .tx_errors = raw.tx_errors,
            .collisions = raw.collisions};
}

void read_xdp(const nlattr *nest, Link &link) {
    std::uint32_t driver = 0, generic = 0, hardware = 0;
    for_each_nested(nest, [&](const nlattr *attribute) {
        switch (mnl_attr_get_type(attribute)) {
        case IFLA_XDP_ATTACHED:
            link.xdp_mode = static_cast<XdpMode>(std::min<std::uint8_t>(
                attribute_value<std::uint8_t>(attribute), XDP_ATTACHED_MULTI));
            break;
        case IFLA_XDP_DRV_PROG_ID:
            driver = attribute_value<std::uint32_t>(attribute);
            break;
        case IFLA_XDP_SKB_PROG_ID:
            generic = attribute_value<std::uint32_t>(attribute);
            break;
        case IFLA_XDP_HW_PROG_ID:
            hardware = attribute_value<std::uint32_t>(attribute);
            break;
        }
    });
    link.xdp_prog_id = driver ? driver : generic ? generic : hardware;
}

void read_kind(const nlattr *nest, Link &link) {
    for_each_nested(nest, [&](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND)
            link.kind = attribute_text(attribute);
    });
}

void read_attribute(const nlattr *attribute, LinkReport &report) {
    Link &link = report.link;
    switch (mnl_attr_get_type(attribute)) {
    case IFLA_IFNAME:
        link.name = attribute_text(attribute);
        break;
    case IFLA_IFALIAS:
        link.alias = attribute_text(attribute);
        break;
    case IFLA_ADDRESS:
        if (mnl_attr_get_payload_len(attribute) == link.mac.size())
            link.mac = attribute_value<Mac>(attribute);
        break;
    case IFLA_QDISC:
        link.qdisc = attribute_text(attribute);
        break;
    case IFLA_MTU:
        link.mtu = attribute_value<std::uint32_t>(attribute);
        break;
    case IFLA_OPERSTATE:
        link.oper_state = static_cast<OperState>(
            std::min<std::uint8_t>(attribute_value<std::uint8_t>(attribute), IF_OPER_UP));
        break;
    case IFLA_CARRIER_CHANGES:
        link.carrier_changes = attribute_value<std::uint32_t>(attribute);
        break;
    case IFLA_MASTER:
        link.master_ifindex = attribute_value<int>(attribute);
        break;
    case IFLA_LINK:
        link.peer_ifindex = attribute_value<int>(attribute);
        break;
    case IFLA_LINK_NETNSID:
        link.peer_other_netns = true;
        link.peer_netns_id = attribute_value<int>(attribute);
        break;
    case IFLA_PARENT_DEV_NAME:
        link.parent_device = attribute_text(attribute);
        break;
    case IFLA_LINKINFO:
        read_kind(attribute, link);
        break;
    case IFLA_XDP:
        read_xdp(attribute, link);
        break;
    case IFLA_STATS64:
        report.statistics = statistics(attribute);
        break;
    }
}

} // namespace

bool Link::queues() const {
    static constexpr std::array by_default{"",           "noqueue", "noop",    "mq",
                                           "pfifo_fast", "fq",      "fq_codel"};
    return std::ranges::find(by_default, qdisc) == by_default.end();
}

std::optional<LinkReport> decode_link(const nlmsghdr &message) {
    if (message.nlmsg_type != RTM_NEWLINK && message.nlmsg_type != RTM_DELLINK)
        return std::nullopt;
    if (message.nlmsg_len < NLMSG_LENGTH(sizeof(ifinfomsg)))
        return std::nullopt;

    const auto *info = static_cast<const ifinfomsg *>(mnl_nlmsg_get_payload(&message));
    if (info->ifi_family != AF_UNSPEC)
        return std::nullopt;

    LinkReport report;
    report.gone = message.nlmsg_type == RTM_DELLINK;
    report.link.ifindex = info->ifi_index;
    report.link.up = info->ifi_flags & IFF_UP;
    report.link.carrier = info->ifi_flags & IFF_LOWER_UP;
    report.link.running = info->ifi_flags & IFF_RUNNING;
    report.link.loopback = info->ifi_flags & IFF_LOOPBACK;
    report.link.promiscuous = info->ifi_flags & IFF_PROMISC;

    for_each_attribute(message, sizeof(ifinfomsg),
                       [&report](const nlattr *attribute) { read_attribute(attribute, report); });
    if (report.link.ifindex <= 0 || report.link.name.empty())
        return std::nullopt;
    return report;
}

std::optional<StatisticsReport> decode_statistics(const nlmsghdr &message) {
    if (message.nlmsg_type != RTM_NEWSTATS ||
        message.nlmsg_len < NLMSG_LENGTH(sizeof(if_stats_msg)))
        return std::nullopt;

    const auto *info = static_cast<const if_stats_msg *>(mnl_nlmsg_get_payload(&message));
    std::optional<StatisticsReport> report;
    for_each_attribute(message, sizeof(if_stats_msg), [&](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == IFLA_STATS_LINK_64)
            report = {static_cast<int>(info->ifindex), statistics(attribute)};
    });
    return report;
}

} // namespace bvs::host
