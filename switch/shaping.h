// SPDX-License-Identifier: Apache-2.0
//
// Lets frames wait on their way to a port as its row of QoS says: by a queueing discipline of the
// port's netdev, which for an internal port is the end that is ours. A netdev where somebody else
// has put one is left alone, and that is the port's error. Which netdevs have one of ours is
// remembered below the pin folder, by a folder named after the ifindex, so that a later daemon goes
// on with it and --cleanup takes it away.
//
// One thread.
#pragma once

#include "switch/host/ethtool.h"
#include "switch/host/link_table.h"
#include "switch/host/queueing.h"
#include "switch/log.h"
#include "switch/model/interface.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace bvs::daemon {

// A queue of a port, as it is.
struct LiveQueue {
    std::uint32_t number = 0;
    model::Queue settings;
    std::uint64_t port_rate = 0; // bits a second, of all queues
    host::QueueCounters counters;
    std::chrono::nanoseconds age{}; // since this daemon knows it
};

class Shaping {
  public:
    Shaping(const std::string &pin_dir, host::Queueing &queueing, host::Ethtool &ethtool,
            Logger log);

    // Does what the interface wants; `link`: its netdev, null if there is none at present.
    void follow(const model::Interface &interface, const host::Link *link);
    void release(const std::string &interface); // the netdev is no port any more
    void forget(std::uint32_t ifindex);         // the netdev is gone

    // Takes away what no interface wants: left by a daemon before this one.
    void remove_orphans();

    // Why an interface is not shaped as it should be; empty if it is.
    const std::string &error(const std::string &interface) const;
    std::set<std::string> in_error() const;

    // What the netdev of an interface has from us; null: nothing.
    const model::Qos *applied(const std::string &interface) const;
    std::vector<LiveQueue> queues(const std::string &interface);

  private:
    using Clock = std::chrono::steady_clock;
    struct Shaped {
        std::uint32_t ifindex = 0;     // of the netdev; 0: there is none at present
        std::optional<model::Qos> qos; // what that has from us
        std::map<std::uint32_t, Clock::time_point> since; // by queue
        std::string error;
    };

    Result<> make(const model::Qos &wanted, const host::Link &link, Shaped &shaped);
    Result<bool> make_way(const host::Link &link, model::QosType type);
    void take_away(std::uint32_t ifindex);
    Result<> mark(std::uint32_t ifindex);
    void set_error(const std::string &interface, const Result<> &result);
    std::string place_of(std::uint32_t ifindex) const;

    std::string folder_;
    host::Queueing &queueing_;
    host::Ethtool &ethtool_;
    Logger log_;
    std::set<std::uint32_t> ours_;
    std::map<std::string, Shaped> shaped_; // by interface
};

} // namespace bvs::daemon
