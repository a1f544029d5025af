// SPDX-License-Identifier: Apache-2.0
//
// What the kernel would do with a packet that this host sends, and what it knows of routes and
// neighbours, at the moment of asking. A question is one rtnetlink exchange, in the namespace in
// which this was opened; some 20 us for a lookup. One thread.
#pragma once

#include "base/result.h"
#include "switch/host/link.h"
#include "switch/host/netlink_socket.h"
#include "switch/model/ip_address.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace bvs::host {

struct Route {
    model::IpAddress destination;   // of a lookup: what was asked for
    std::uint8_t prefix_length = 0; // in the destination's own family
    int ifindex = 0;                // the netdev that it leads to
    model::IpAddress gateway;       // may be of the other version; none: the destination itself
    model::IpAddress source;        // none: as the netdev has it
    std::uint32_t mtu = 0;          // 0: the netdev's
    std::uint32_t priority = 0;
    std::uint32_t table = 0; // RT_TABLE_...
    bool local = false;      // this host is the destination

    bool operator==(const Route &) const = default;
};

struct Neighbour {
    int ifindex = 0;
    model::IpAddress address;
    Mac mac{};
    bool stale = false; // to be confirmed when used next

    bool operator==(const Neighbour &) const = default;
};

// Nothing for a message of another kind, for other families, and for routes that refuse or lead to
// many. A route that leads several ways (ECMP) is as many Routes. The message must be as long as it
// says.
std::vector<Route> decode_route(const nlmsghdr &message);
// Nothing as well for neighbours whose address is not known.
std::optional<Neighbour> decode_neighbour(const nlmsghdr &message);

class Routing {
  public:
    static Result<Routing> open();

    // An error with code ENETUNREACH, EHOSTUNREACH or another of the kernel's if there is none.
    Result<Route> lookup(const model::IpAddress &destination, std::uint32_t mark = 0);

    // Of both versions, in the tables local, main and default; by falling prefix length, then by
    // destination and priority.
    Result<std::vector<Route>> routes();
    // Of both versions.
    Result<std::vector<Neighbour>> neighbours();

  private:
    explicit Routing(NetlinkSocket socket) : socket_(std::move(socket)) {}

    NetlinkSocket socket_;
};

} // namespace bvs::host
