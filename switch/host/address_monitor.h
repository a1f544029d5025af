// SPDX-License-Identifier: Apache-2.0
//
// Follows the IP addresses, of both versions, of the network namespace in which it was opened.
// Nothing blocks but open(). One thread.
#pragma once

#include "base/result.h"
#include "switch/host/address_table.h"
#include "switch/host/netlink_follower.h"

namespace bvs::host {

class AddressMonitor {
  public:
    // Subscribes and reads all addresses. receive_buffer: bytes; beyond net.core.rmem_max only with
    // CAP_NET_ADMIN.
    static Result<AddressMonitor> open(std::size_t receive_buffer = k_receive_buffer);

    // Readable when poll() has something to do.
    int fd() const { return follower_.fd(); }

    // Applies what the kernel has sent so far; true if an address came, went or changed. An error
    // means the socket is of no more use.
    Result<bool> poll();

    const AddressTable &addresses() const { return addresses_; }

    static constexpr std::size_t k_receive_buffer = 1u << 20; // some 3,000 addresses at once

  private:
    AddressMonitor(NetlinkFollower follower, AddressTable addresses);

    NetlinkFollower follower_;
    AddressTable addresses_;
};

} // namespace bvs::host
