// SPDX-License-Identifier: Apache-2.0
#include "switch/host/address_table.h"

#include "switch/host/ip_attribute.h"

#include <algorithm>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <tuple>
#include <utility>

namespace bvs::host {

namespace {

// The same netdev may have an address twice, in networks of different sizes.
bool same_place(const Address &one, const Address &other) {
    return one.address == other.address && one.prefix_length == other.prefix_length;
}

// The smaller, the better as a source. IPv6 has temporary addresses where IPv4 has secondary ones;
// the kernel lists the rest of IPv6's in an order that depends on when it is asked.
auto reluctance(const Address &address) {
    const auto has = [&](std::uint32_t flags) { return (address.flags & flags) != 0; };
    return std::tuple(has(IFA_F_TENTATIVE | IFA_F_DADFAILED), has(IFA_F_DEPRECATED), address.scope,
                      has(IFA_F_SECONDARY),
                      address.address.is_v4() ? model::IpAddress() : address.address);
}

} // namespace

std::optional<AddressReport> decode_address(const nlmsghdr &message) {
    if ((message.nlmsg_type != RTM_NEWADDR && message.nlmsg_type != RTM_DELADDR) ||
        message.nlmsg_len < NLMSG_LENGTH(sizeof(ifaddrmsg)))
        return std::nullopt;
    const auto *info = static_cast<const ifaddrmsg *>(mnl_nlmsg_get_payload(&message));
    AddressReport report{.address = {.ifindex = static_cast<int>(info->ifa_index),
                                     .address = {},
                                     .prefix_length = info->ifa_prefixlen,
                                     .scope = info->ifa_scope,
                                     .flags = info->ifa_flags},
                         .gone = message.nlmsg_type == RTM_DELADDR};
    // On a link between two, IFA_ADDRESS is the other's.
    std::optional<model::IpAddress> own, common;
    for_each_attribute(message, sizeof(ifaddrmsg), [&](const nlattr *attribute) {
        switch (mnl_attr_get_type(attribute)) {
        case IFA_LOCAL:
            own = ip_address(attribute_bytes(attribute), info->ifa_family);
            break;
        case IFA_ADDRESS:
            common = ip_address(attribute_bytes(attribute), info->ifa_family);
            break;
        case IFA_FLAGS:
            report.address.flags = attribute_value<std::uint32_t>(attribute);
            break;
        }
    });
    if (!own)
        own = common;
    if (!own || report.address.ifindex <= 0)
        return std::nullopt;
    report.address.address = *own;
    return report;
}

std::optional<model::IpAddress> AddressTable::source(int ifindex, bool ipv6) const {
    const auto place = by_netdev_.find(ifindex);
    if (place == by_netdev_.end())
        return std::nullopt;
    const Address *best = nullptr;
    for (const auto &[address, dump] : place->second)
        if (address.address.is_v4() != ipv6 && (!best || reluctance(address) < reluctance(*best)))
            best = &address;
    return best ? std::optional(best->address) : std::nullopt;
}

bool AddressTable::apply(const AddressReport &report) {
    const auto &address = report.address;
    if (report.gone) {
        const auto netdev = by_netdev_.find(address.ifindex);
        if (netdev == by_netdev_.end())
            return false;
        const auto gone = std::erase_if(
            netdev->second, [&](const Entry &entry) { return same_place(entry.address, address); });
        if (netdev->second.empty())
            by_netdev_.erase(netdev);
        return gone != 0;
    }
    auto &entries = by_netdev_[address.ifindex];
    const auto place = std::ranges::find_if(
        entries, [&](const Entry &entry) { return same_place(entry.address, address); });
    if (place == entries.end()) {
        entries.push_back({.address = address, .dump = dump_});
        return true;
    }
    place->dump = dump_;
    return std::exchange(place->address, address) != address;
}

bool AddressTable::end_dump() {
    bool some = false;
    for (auto &[ifindex, entries] : by_netdev_)
        if (std::erase_if(entries, [this](const Entry &entry) { return entry.dump != dump_; }))
            some = true;
    std::erase_if(by_netdev_, [](const auto &netdev) { return netdev.second.empty(); });
    return some;
}

} // namespace bvs::host
