// SPDX-License-Identifier: Apache-2.0
#include "switch/host/routing.h"

#include "switch/host/ip_attribute.h"

#include <algorithm>
#include <array>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <tuple>

namespace bvs::host {

namespace {

constexpr unsigned k_known = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_PERMANENT;

// A gateway of whichever version: its family, then the address.
std::optional<model::IpAddress> read_via(const nlattr *attribute) {
    const auto bytes = attribute_bytes(attribute);
    if (bytes.size() < sizeof(std::uint16_t))
        return std::nullopt;
    return ip_address(bytes.subspan(sizeof(std::uint16_t)),
                      attribute_value<std::uint16_t>(attribute));
}

void read_attribute(const nlattr *attribute, int family, Route &route) {
    const auto address = [&] {
        return ip_address(attribute_bytes(attribute), family).value_or(model::IpAddress());
    };
    switch (mnl_attr_get_type(attribute)) {
    case RTA_DST:
        route.destination = address();
        break;
    case RTA_OIF:
        route.ifindex = attribute_value<int>(attribute);
        break;
    case RTA_GATEWAY:
        route.gateway = address();
        break;
    case RTA_VIA:
        route.gateway = read_via(attribute).value_or(model::IpAddress());
        break;
    case RTA_PREFSRC:
        route.source = address();
        break;
    case RTA_PRIORITY:
        route.priority = attribute_value<std::uint32_t>(attribute);
        break;
    case RTA_TABLE:
        route.table = attribute_value<std::uint32_t>(attribute);
        break;
    case RTA_METRICS:
        for_each_nested(attribute, [&](const nlattr *metric) {
            if (mnl_attr_get_type(metric) == RTAX_MTU)
                route.mtu = attribute_value<std::uint32_t>(metric);
        });
        break;
    }
}

std::vector<Route> ways(const Route &common, int family, const nlattr *nest) {
    std::vector<Route> routes;
    auto bytes = attribute_bytes(nest);
    rtnexthop way{};
    while (bytes.size() >= sizeof way) {
        std::memcpy(&way, bytes.data(), sizeof way);
        if (way.rtnh_len < sizeof way || way.rtnh_len > bytes.size())
            break;
        Route route = common;
        route.ifindex = way.rtnh_ifindex;
        for_each_attribute(
            bytes.data() + sizeof way, bytes.data() + way.rtnh_len,
            [&](const nlattr *attribute) { read_attribute(attribute, family, route); });
        routes.push_back(route);
        bytes = bytes.subspan(std::min<std::size_t>(RTNH_ALIGN(way.rtnh_len), bytes.size()));
    }
    return routes;
}

// Not a rule for somebody else's packets, nor the memory of a lookup.
bool is_for_host(const nlmsghdr &message, const Route &route) {
    const auto *info = static_cast<const rtmsg *>(mnl_nlmsg_get_payload(&message));
    return !(info->rtm_flags & RTM_F_CLONED) &&
           (route.table == RT_TABLE_LOCAL || route.table == RT_TABLE_MAIN ||
            route.table == RT_TABLE_DEFAULT);
}

// Of addresses in 128 bits, as they are of both versions.
unsigned wide_prefix(const Route &route) {
    return route.prefix_length + (route.destination.is_v4() ? 96u : 0u);
}

} // namespace

std::vector<Route> decode_route(const nlmsghdr &message) {
    if ((message.nlmsg_type != RTM_NEWROUTE && message.nlmsg_type != RTM_DELROUTE) ||
        message.nlmsg_len < NLMSG_LENGTH(sizeof(rtmsg)))
        return {};
    const auto *info = static_cast<const rtmsg *>(mnl_nlmsg_get_payload(&message));
    if ((info->rtm_family != AF_INET && info->rtm_family != AF_INET6) ||
        (info->rtm_type != RTN_UNICAST && info->rtm_type != RTN_LOCAL))
        return {};
    Route route{.prefix_length = info->rtm_dst_len,
                .table = info->rtm_table,
                .local = info->rtm_type == RTN_LOCAL};
    if (info->rtm_family == AF_INET)
        route.destination = model::IpAddress::v4(0); // where it is the default, nothing is said
    const nlattr *several = nullptr;
    for_each_attribute(message, sizeof(rtmsg), [&](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == RTA_MULTIPATH)
            several = attribute;
        else
            read_attribute(attribute, info->rtm_family, route);
    });
    return several ? ways(route, info->rtm_family, several) : std::vector{route};
}

std::optional<Neighbour> decode_neighbour(const nlmsghdr &message) {
    if (message.nlmsg_type != RTM_NEWNEIGH || message.nlmsg_len < NLMSG_LENGTH(sizeof(ndmsg)))
        return std::nullopt;
    const auto *info = static_cast<const ndmsg *>(mnl_nlmsg_get_payload(&message));
    std::optional<model::IpAddress> address;
    std::optional<Mac> mac;
    for_each_attribute(message, sizeof(ndmsg), [&](const nlattr *attribute) {
        if (mnl_attr_get_type(attribute) == NDA_DST)
            address = ip_address(attribute_bytes(attribute), info->ndm_family);
        else if (mnl_attr_get_type(attribute) == NDA_LLADDR &&
                 mnl_attr_get_payload_len(attribute) == sizeof(Mac))
            mac = attribute_value<Mac>(attribute);
    });
    if (!address || !mac || !(info->ndm_state & k_known))
        return std::nullopt;
    return Neighbour{.ifindex = info->ndm_ifindex,
                     .address = *address,
                     .mac = *mac,
                     .stale = (info->ndm_state & NUD_STALE) != 0};
}

Result<Routing> Routing::open() {
    auto socket = NetlinkSocket::open(true);
    if (!socket)
        return std::unexpected(socket.error());
    return Routing(std::move(*socket));
}

Result<Route> Routing::lookup(const model::IpAddress &destination, std::uint32_t mark) {
    alignas(nlmsghdr) std::array<char, 128> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = RTM_GETROUTE;
    auto *info = static_cast<rtmsg *>(mnl_nlmsg_put_extra_header(request, sizeof(rtmsg)));
    info->rtm_family = static_cast<unsigned char>(ip_family(destination));
    info->rtm_dst_len = destination.is_v4() ? 32 : 128;
    put_ip_address(*request, RTA_DST, destination);
    if (mark)
        mnl_attr_put_u32(request, RTA_MARK, mark);

    const auto what = fmt::format("find a route to {}", model::to_string(destination));
    std::vector<Route> found;
    if (auto asked = socket_.exchange(
            *request, [&](const nlmsghdr &message) { found = decode_route(message); }, what);
        !asked)
        return std::unexpected(asked.error());
    if (found.empty())
        return fail_errno(ENETUNREACH, "cannot {}", what);
    return found.front();
}

Result<std::vector<Route>> Routing::routes() {
    alignas(nlmsghdr) std::array<char, 64> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = RTM_GETROUTE;
    request->nlmsg_flags = NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(request, sizeof(rtmsg));
    std::vector<Route> all;
    const auto take = [&](const nlmsghdr &message) {
        for (const auto &route : decode_route(message))
            if (is_for_host(message, route))
                all.push_back(route);
    };
    if (auto asked = socket_.exchange(*request, take, "list routes"); !asked)
        return std::unexpected(asked.error());
    std::ranges::stable_sort(all, {}, [](const Route &route) {
        return std::tuple(128 - wide_prefix(route), route.destination, route.priority);
    });
    return all;
}

Result<std::vector<Neighbour>> Routing::neighbours() {
    alignas(nlmsghdr) std::array<char, 64> bytes{};
    nlmsghdr *request = mnl_nlmsg_put_header(bytes.data());
    request->nlmsg_type = RTM_GETNEIGH;
    request->nlmsg_flags = NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(request, sizeof(ndmsg));
    std::vector<Neighbour> all;
    const auto take = [&](const nlmsghdr &message) {
        if (const auto neighbour = decode_neighbour(message))
            all.push_back(*neighbour);
    };
    if (auto asked = socket_.exchange(*request, take, "list neighbours"); !asked)
        return std::unexpected(asked.error());
    return all;
}

} // namespace bvs::host
