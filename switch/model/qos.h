// SPDX-License-Identifier: Apache-2.0
//
// How frames wait that are sent to a port: what its rows of QoS and Queue want
// (ovs-vswitchd.conf.db(5)), and what that comes to on a netdev. Rates are bits a second and bursts
// bits, on the wire of Ethernet without preamble and checksum, as the kernel counts them.
//
// A row that cannot be followed is an error, never half of what it says. Values only.
#pragma once

#include "base/result.h"
#include "switch/model/settings.h"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace bvs::model {

enum class QosType {
    netem,
    fq_codel,
    codel,
    hfsc,
    noop, // the netdev is left to others
    sfq,
    htb
};

std::span<const QosType> qos_types();
std::string_view to_string(QosType type); // "linux-htb"
std::string_view qdisc_of(QosType type);  // as the kernel names it, "htb"; empty for noop
bool has_queues(QosType type);

inline constexpr std::uint32_t k_most_queue = 61439; // of those types

struct Queue {
    std::uint64_t min_rate = 0; // guaranteed; 0 here and below: not given
    std::uint64_t max_rate = 0;
    std::uint64_t burst = 0;
    std::uint32_t priority = 0; // the smaller goes first

    bool operator==(const Queue &) const = default;
};

// Queue 0, which packets without a queue go to, is there always, if there are any.
struct Qos {
    QosType type = QosType::noop;
    std::uint64_t max_rate = 0;
    std::map<std::uint32_t, Queue> queues;
    std::uint32_t mtu = 0; // of the netdev
    // What types without queues are told, by the names of other_config. Microseconds, packets,
    // bytes, seconds and percent, as ovs-vswitchd.conf.db(5) has them; 0: as the netdev has it.
    std::map<std::string, std::uint32_t, std::less<>> parameters;

    bool operator==(const Qos &) const = default;
};

struct QueueRequest {
    StringMap other_config;
    std::optional<std::int64_t> dscp;
};

struct QosRequest {
    std::string type;
    StringMap other_config;
    std::map<std::int64_t, QueueRequest> queues;
};

Result<Qos> settle(const QosRequest &request, const std::string &port, Warnings &warnings);

// With which DSCP IP packets leave that rules have put into a queue, by queue: with any type, even
// one that has no queues of the netdev.
using QueueDscp = std::map<std::uint32_t, std::uint8_t>;
Result<QueueDscp> settle_dscp(const QosRequest &request, const std::string &port);

// With every value filled in, for a netdev of this MTU and a link of this rate (0: not known).
Qos fit(Qos qos, std::uint32_t mtu, std::uint64_t link_rate);

} // namespace bvs::model
