// SPDX-License-Identifier: Apache-2.0
#include "switch/host/link_control.h"

#include <array>
#include <fstream>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <unistd.h>

namespace bvs::host {

namespace {

constexpr std::size_t k_alias_most = 255;
constexpr const char *k_ipv6_settings = "/proc/sys/net/ipv6/conf";

// A message about one link, with room for all that is put in here: two names or one alias, a few
// numbers. Both are checked before, as libmnl does not look for room.
class Request {
  public:
    Request(std::uint16_t type, int ifindex, std::uint16_t flags = 0)
        : header_(mnl_nlmsg_put_header(bytes_.data())), info_(put_link_header()) {
        header_->nlmsg_type = type;
        header_->nlmsg_flags = flags;
        info_->ifi_index = ifindex;
    }
    Request(const Request &) = delete;
    Request &operator=(const Request &) = delete;

    nlmsghdr &message() { return *header_; }

    ifinfomsg *put_link_header() {
        return static_cast<ifinfomsg *>(mnl_nlmsg_put_extra_header(header_, sizeof(ifinfomsg)));
    }
    void put_flag(unsigned flag, bool on) {
        info_->ifi_change = flag;
        info_->ifi_flags = on ? flag : 0;
    }
    void put(std::uint16_t type, const void *data, std::size_t size) {
        mnl_attr_put(header_, type, size, data);
    }
    void put_text(std::uint16_t type, std::string_view text) {
        put(type, text.data(), text.size());
    }
    void put_mac(const Mac &mac) { put(IFLA_ADDRESS, mac.data(), mac.size()); }
    void put_number(std::uint16_t type, std::uint32_t value) { put(type, &value, sizeof value); }
    void put_end(const VethEnd &end, std::uint32_t mtu) {
        put_text(IFLA_IFNAME, end.name);
        if (end.mac)
            put_mac(*end.mac);
        if (mtu != 0)
            put_number(IFLA_MTU, mtu);
    }

    // Everything put by `inside` lies within an attribute of this type.
    void nest(std::uint16_t type, const auto &inside) {
        nlattr *start = mnl_attr_nest_start(header_, type);
        inside();
        mnl_attr_nest_end(header_, start);
    }

  private:
    alignas(nlmsghdr) std::array<char, 1024> bytes_{};
    nlmsghdr *header_;
    ifinfomsg *info_;
};

Result<> check_name(std::string_view name) {
    if (name.empty() || name.size() >= IFNAMSIZ)
        return fail("'{}' is no name for a network device: it needs 1 to {} bytes", name,
                    IFNAMSIZ - 1);
    if (name.find('%') != name.npos)
        return fail("'{}' is no name for a network device: the kernel would put a number in place "
                    "of '%'",
                    name);
    return {};
}

Result<> check_alias(std::string_view alias) {
    if (alias.size() > k_alias_most)
        return fail("an alias of {} bytes is too long for a network device: at most {}",
                    alias.size(), k_alias_most);
    return {};
}

} // namespace

LinkControl::LinkControl(NetlinkSocket socket) : socket_(std::move(socket)) {}

Result<LinkControl> LinkControl::open() {
    auto socket = NetlinkSocket::open(true);
    if (!socket)
        return std::unexpected(socket.error());
    return LinkControl(std::move(*socket));
}

Result<Link> LinkControl::get(int ifindex) {
    Request request(RTM_GETLINK, ifindex);
    return ask(request.message(), fmt::format("find link {}", ifindex));
}

Result<Link> LinkControl::get(std::string_view name) {
    if (const auto valid = check_name(name); !valid)
        return std::unexpected(valid.error());
    Request request(RTM_GETLINK, 0);
    request.put_text(IFLA_IFNAME, name);
    return ask(request.message(), fmt::format("find link {}", name));
}

Result<Mac> LinkControl::peer_mac(const Link &link) {
    Request request(RTM_GETLINK, link.peer_ifindex);
    if (link.peer_other_netns)
        request.put(IFLA_TARGET_NETNSID, &link.peer_netns_id, sizeof link.peer_netns_id);
    const auto peer = ask(request.message(), fmt::format("find the other end of {}", link.name));
    if (!peer)
        return std::unexpected(peer.error());
    return peer->mac;
}

Result<Link> LinkControl::ask(nlmsghdr &request, std::string_view what) {
    std::optional<LinkReport> report;
    const auto answered = socket_.exchange(
        request, [&report](const nlmsghdr &message) { report = decode_link(message); }, what);
    if (!answered)
        return std::unexpected(answered.error());
    if (!report)
        return fail("cannot {}: the kernel's answer describes no link", what);
    return std::move(report->link);
}

Result<VethPair> LinkControl::create_veth(const VethEnd &end, const VethEnd &peer,
                                          std::uint32_t mtu) {
    for (const VethEnd *each : {&end, &peer}) {
        if (const auto valid = check_name(each->name); !valid)
            return std::unexpected(valid.error());
        if (const auto valid = check_alias(each->alias); !valid)
            return std::unexpected(valid.error());
    }

    Request request(RTM_NEWLINK, 0, NLM_F_CREATE | NLM_F_EXCL);
    request.put_end(end, mtu);
    request.nest(IFLA_LINKINFO, [&] {
        request.put_text(IFLA_INFO_KIND, "veth");
        request.nest(IFLA_INFO_DATA, [&] {
            request.nest(VETH_INFO_PEER, [&] {
                request.put_link_header();
                request.put_end(peer, mtu);
            });
        });
    });
    const auto made =
        act(request.message(), fmt::format("create the veth pair {} and {}", end.name, peer.name));
    if (!made)
        return std::unexpected(made.error());

    auto pair = finish_veth(end, peer);
    if (!pair) {
        if (const auto left = get(end.name))
            (void)delete_link(left->ifindex);
    }
    return pair;
}

Result<VethPair> LinkControl::finish_veth(const VethEnd &end, const VethEnd &peer) {
    auto first = finish_end(end);
    if (!first)
        return std::unexpected(first.error());
    auto second = finish_end(peer);
    if (!second)
        return std::unexpected(second.error());
    return VethPair{std::move(*first), std::move(*second)};
}

Result<Link> LinkControl::finish_end(const VethEnd &end) {
    auto link = get(end.name);
    if (!link)
        return link;
    if (!end.alias.empty()) {
        if (const auto set = set_alias(link->ifindex, end.alias); !set)
            return std::unexpected(set.error());
        link->alias = end.alias;
    }
    if (!end.ipv6) {
        if (const auto set = silence_ipv6(link->ifindex); !set)
            return std::unexpected(set.error());
    }
    return link;
}

Result<> LinkControl::delete_link(int ifindex) {
    Request request(RTM_DELLINK, ifindex);
    return act(request.message(), fmt::format("delete link {}", ifindex));
}

Result<> LinkControl::set_up(int ifindex, bool up) {
    Request request(RTM_SETLINK, ifindex);
    request.put_flag(IFF_UP, up);
    return act(request.message(), fmt::format("set link {} {}", ifindex, up ? "up" : "down"));
}

Result<> LinkControl::set_mtu(int ifindex, std::uint32_t mtu) {
    Request request(RTM_SETLINK, ifindex);
    request.put_number(IFLA_MTU, mtu);
    return act(request.message(), fmt::format("set the MTU of link {} to {}", ifindex, mtu));
}

Result<> LinkControl::set_mac(int ifindex, const Mac &mac) {
    Request request(RTM_SETLINK, ifindex);
    request.put_mac(mac);
    return act(request.message(),
               fmt::format("set the MAC of link {} to {:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}",
                           ifindex, mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]));
}

Result<> LinkControl::set_alias(int ifindex, std::string_view alias) {
    if (const auto valid = check_alias(alias); !valid)
        return valid;
    Request request(RTM_SETLINK, ifindex);
    request.put_text(IFLA_IFALIAS, alias);
    return act(request.message(), fmt::format("set the alias of link {} to '{}'", ifindex, alias));
}

Result<> LinkControl::rename(int ifindex, std::string_view name) {
    if (const auto valid = check_name(name); !valid)
        return valid;
    Request request(RTM_SETLINK, ifindex);
    request.put_text(IFLA_IFNAME, name);
    return act(request.message(), fmt::format("rename link {} to {}", ifindex, name));
}

Result<> LinkControl::set_promiscuous(int ifindex, bool on) {
    Request request(RTM_SETLINK, ifindex);
    request.put_flag(IFF_PROMISC, on);
    return act(request.message(),
               fmt::format("turn promiscuous mode of link {} {}", ifindex, on ? "on" : "off"));
}

Result<> LinkControl::silence_ipv6(int ifindex) {
    Request request(RTM_SETLINK, ifindex);
    request.nest(IFLA_AF_SPEC, [&] {
        request.nest(AF_INET6, [&] {
            const std::uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
            request.put(IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof mode);
        });
    });
    auto done = act(request.message(), fmt::format("silence IPv6 on link {}", ifindex));
    if (!done && done.error().code == EAFNOSUPPORT)
        return {}; // no IPv6 in this kernel or on this link: silent already
    return done;
}

Result<> LinkControl::set_ipv4_forwarding(int ifindex, bool on) {
    Request request(RTM_SETLINK, ifindex);
    request.nest(IFLA_AF_SPEC, [&] {
        request.nest(AF_INET, [&] {
            request.nest(IFLA_INET_CONF, [&] { request.put_number(IPV4_DEVCONF_FORWARDING, on); });
        });
    });
    return act(request.message(),
               fmt::format("turn IPv4 forwarding of link {} {}", ifindex, on ? "on" : "off"));
}

Result<> LinkControl::set_ipv6(std::string_view link, std::string_view setting, int value) {
    if (::access(k_ipv6_settings, F_OK))
        return {};
    const auto path = fmt::format("{}/{}/{}", k_ipv6_settings, link, setting);
    int present = 0;
    if (std::ifstream(path) >> present && present == value)
        return {};
    errno = 0;
    std::ofstream file(path);
    file << value << std::flush;
    if (!file)
        return fail_errno(errno, "cannot write {} to {}", value, path);
    return {};
}

Result<> LinkControl::act(nlmsghdr &request, std::string_view what) {
    return socket_.exchange(request, [](const nlmsghdr &) {}, what);
}

} // namespace bvs::host
