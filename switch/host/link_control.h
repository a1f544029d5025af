// SPDX-License-Identifier: Apache-2.0
//
// Makes and changes network devices, in the namespace in which it was opened. Every call is one or
// a few rtnetlink requests and waits for the kernel's answer; an error carries errno and, where the
// kernel gives one, its own explanation. The link monitor sees the effects as events.
#pragma once

#include "base/result.h"
#include "switch/host/link.h"
#include "switch/host/netlink_socket.h"

#include <optional>
#include <string>
#include <string_view>

namespace bvs::host {

// One end of a veth pair to be made. Names have 1 to 15 bytes and no '%'.
struct VethEnd {
    std::string name;
    std::optional<Mac> mac; // a random one by default
    std::string alias;      // at most 255 bytes; empty for none
    bool ipv6 = true;       // false: see silence_ipv6()
};

struct VethPair {
    Link end;
    Link peer;
};

class LinkControl {
  public:
    static Result<LinkControl> open();

    // The link as the kernel knows it now; ENODEV if there is none.
    Result<Link> get(int ifindex);
    Result<Link> get(std::string_view name);

    // The address of a veth's other end, in whatever namespace it is.
    Result<Mac> peer_mac(const Link &link);

    // Both ends, down, as they are when done; nothing is left on failure. mtu 0: the kernel's 1500.
    // The kernel takes names, MACs and MTU at creation, aliases only afterwards: a process that
    // dies in between leaves a pair without alias.
    Result<VethPair> create_veth(const VethEnd &end, const VethEnd &peer, std::uint32_t mtu = 0);

    // Deleting one end of a veth deletes both, in whatever namespace they are.
    Result<> delete_link(int ifindex);

    Result<> set_up(int ifindex, bool up);
    Result<> set_mtu(int ifindex, std::uint32_t mtu);
    Result<> set_mac(int ifindex, const Mac &mac);
    Result<> set_alias(int ifindex, std::string_view alias); // empty removes it; no event if down
    Result<> rename(int ifindex, std::string_view name);     // kernels before 6.2: only when down

    // The flag is one user of the kernel's count of reasons, set or not however often this is
    // called, and shown as Link::promiscuous; packet sockets and the kernel's bridge are other
    // users and unaffected. It outlives the process. An administrator shares it with us: who found
    // it set should leave it set.
    Result<> set_promiscuous(int ifindex, bool on);

    // No IPv6 address of its own, hence no router solicitation and no duplicate address detection:
    // for ends that only the datapath uses, before they come up. Holds until IPv6 is newly
    // configured, as when the MTU goes below 1280 and up again.
    Result<> silence_ipv6(int ifindex);

    // Whether IPv4 packets that come in there may be routed.
    Result<> set_ipv4_forwarding(int ifindex, bool on);

    // A setting that rtnetlink has not: the file of this name below /proc/sys/net/ipv6/conf/<link>.
    // EROFS where a container may not write it. Done, if it says so already, or there is no IPv6.
    Result<> set_ipv6(std::string_view link, std::string_view setting, int value);

  private:
    explicit LinkControl(NetlinkSocket socket);

    Result<Link> ask(nlmsghdr &request, std::string_view what);
    Result<> act(nlmsghdr &request, std::string_view what);
    Result<VethPair> finish_veth(const VethEnd &end, const VethEnd &peer);
    Result<Link> finish_end(const VethEnd &end);

    NetlinkSocket socket_;
};

} // namespace bvs::host
