// SPDX-License-Identifier: Apache-2.0
//
// Queueing disciplines of netdevs (tc(8)), in the namespace in which this was opened: a netdev's
// root gets the handle 1:, and queue N of a type with queues is its class 1:N+1, below a class
// 1:fffe that has the port's rate. What is there already is changed in place, so that nothing that
// waits is lost. Each call is a few rtnetlink requests. rtnetlink(7), include/uapi/linux/
// pkt_sched.h. One thread.
#pragma once

#include "base/result.h"
#include "switch/host/netlink_socket.h"
#include "switch/model/qos.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bvs::host {

struct Qdisc {
    std::string kind;         // empty: only what the kernel gives every netdev
    std::uint32_t handle = 0; // as the kernel has it, major number in the upper half

    bool operator==(const Qdisc &) const = default;
};

struct QueueCounters { // since the queue was made
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t drops = 0; // found no room

    bool operator==(const QueueCounters &) const = default;
};

inline constexpr std::uint32_t k_our_qdisc = 1u << 16; // 1:

// Nothing for a message of another kind, and for classes that are no queue. The message must be as
// long as it says.
std::optional<Qdisc> decode_qdisc(const nlmsghdr &message);
std::optional<std::pair<std::uint32_t, QueueCounters>> decode_queue(const nlmsghdr &message);

class Queueing {
  public:
    static Result<Queueing> open();

    Result<Qdisc> root(int ifindex);

    // Every value of `qos` is filled in (model::fit). The netdev's root is of this kind already, or
    // it is the kernel's own; then on failure it stays that.
    Result<> set(int ifindex, const model::Qos &qos, bool present);
    // What waits in it is lost; the kernel puts its own in its place.
    Result<> remove(int ifindex);

    // By number of queue.
    Result<std::map<std::uint32_t, QueueCounters>> counters(int ifindex);

  private:
    explicit Queueing(NetlinkSocket socket) : socket_(std::move(socket)) {}

    Result<> set_root(int ifindex, const model::Qos &qos, bool present);
    Result<> set_queues(int ifindex, const model::Qos &qos);
    Result<> act(nlmsghdr &request, std::string_view what);

    NetlinkSocket socket_;
};

} // namespace bvs::host
