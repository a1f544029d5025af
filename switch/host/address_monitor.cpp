// SPDX-License-Identifier: Apache-2.0
#include "switch/host/address_monitor.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

namespace bvs::host {

namespace {

// The table while messages are read, and whether they change it.
class Reader final : public NetlinkFollower::Table {
  public:
    explicit Reader(AddressTable &addresses) : addresses_(addresses) {}

    void begin_dump() override { addresses_.begin_dump(); }

    Result<> end_dump(NetlinkFollower &) override {
        changed_ |= addresses_.end_dump();
        return {};
    }

    Result<> apply(const nlmsghdr &message, NetlinkFollower &) override {
        if (const auto report = decode_address(message))
            changed_ |= addresses_.apply(*report);
        return {};
    }

    bool changed() const { return changed_; }

  private:
    AddressTable &addresses_;
    bool changed_ = false;
};

} // namespace

AddressMonitor::AddressMonitor(NetlinkFollower follower, AddressTable addresses)
    : follower_(std::move(follower)), addresses_(std::move(addresses)) {}

Result<AddressMonitor> AddressMonitor::open(std::size_t receive_buffer) {
    AddressTable addresses;
    Reader reader(addresses);
    auto follower = NetlinkFollower::open({.name = "addresses",
                                           .groups = {RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR},
                                           .request = RTM_GETADDR,
                                           .header = sizeof(ifaddrmsg)},
                                          receive_buffer, reader);
    if (!follower)
        return std::unexpected(follower.error());
    return AddressMonitor(std::move(*follower), std::move(addresses));
}

Result<bool> AddressMonitor::poll() {
    Reader reader(addresses_);
    if (const auto polled = follower_.poll(reader); !polled)
        return std::unexpected(polled.error());
    return reader.changed();
}

} // namespace bvs::host
