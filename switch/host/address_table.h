// SPDX-License-Identifier: Apache-2.0
//
// The IP addresses of a namespace by netdev, and which of them a netdev sends from: the part of the
// address monitor that needs no socket.
//
// A dump brackets reports with begin_dump() and end_dump(): addresses that no report mentioned in
// between are gone. rtnetlink(7), include/uapi/linux/if_addr.h. One thread.
#pragma once

#include "switch/model/ip_address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

struct nlmsghdr;

namespace bvs::host {

struct Address {
    int ifindex = 0;
    model::IpAddress address;
    std::uint8_t prefix_length = 0; // in the address's own family
    std::uint8_t scope = 0;         // RT_SCOPE_...: the smaller, the wider
    std::uint32_t flags = 0;        // IFA_F_...

    bool operator==(const Address &) const = default;
};

// What one RTM_NEWADDR or RTM_DELADDR says.
struct AddressReport {
    Address address;
    bool gone = false; // RTM_DELADDR
};

// Nothing for a message of another kind, for other families, and for one that is malformed. The
// message must be as long as its nlmsg_len says.
std::optional<AddressReport> decode_address(const nlmsghdr &message);

class AddressTable {
  public:
    struct Entry {
        Address address;
        std::uint64_t dump = 0; // the last one that saw it
    };
    // By netdev, and there in the kernel's order.
    const std::map<int, std::vector<Entry>> &entries() const { return by_netdev_; }

    // Which address a netdev sends from, if nobody says which: one that is confirmed and not
    // deprecated goes before others, then the widest scope, then the primary or stable one.
    std::optional<model::IpAddress> source(int ifindex, bool ipv6) const;

    bool apply(const AddressReport &report); // true: that was new

    void begin_dump() { ++dump_; }
    bool end_dump(); // true: some are gone

  private:
    std::map<int, std::vector<Entry>> by_netdev_;
    std::uint64_t dump_ = 0;
};

} // namespace bvs::host
