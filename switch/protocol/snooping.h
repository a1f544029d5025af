// SPDX-License-Identifier: Apache-2.0
//
// Multicast snooping of one bridge: which ports of a VLAN want which groups, and behind which ports
// are routers. RFC 4541, and what ovs-vswitchd.conf.db(5) says of mcast_snooping_enable.
//
// Frames of a group go to the ports that reported it, to those with routers, and to those that
// always flood. A group that nobody reported goes everywhere, or with flood_unregistered off to the
// latter two alone. Groups of the link itself go everywhere (RFC 4541, 2.1.2).
//
// Invariants: at most table_size groups are known; when there is one more, what was not heard of
// for longest is forgotten, but never what was configured. revision() changes when any answer may.
// Thread: any one at a time. Times are the caller's steady clock.
#pragma once

#include "switch/protocol/group_message.h"

#include <compare>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace bvs::protocol {

struct SnoopingSettings {
    std::chrono::seconds ageing{300};
    std::size_t table_size = 2048;
    bool flood_unregistered = true;
    // A port that leaves is forgotten at once, which is right where one listener is behind each
    // port. Else it is given two seconds in which another one may answer the router's question.
    bool leave_at_once = true;

    bool operator==(const SnoopingSettings &) const = default;
};

// `other_config` of the bridge: mcast-snooping-aging-time, -table-size,
// -disable-flood-unregistered.
SnoopingSettings settle_snooping(const std::string &bridge, const model::StringMap &other_config,
                                 model::Warnings &warnings);

struct SnoopingKey {
    std::uint16_t vlan = 0;
    model::IpAddress group;

    auto operator<=>(const SnoopingKey &) const = default;
};

// `other_config` of the port: mcast-snooping-flood, -flood-reports, and our own -static, whose
// value is GROUP[@VLAN] once or more, with commas between.
struct SnoopingPort {
    bool flood = false;
    bool flood_reports = false;
    std::set<SnoopingKey> groups;

    bool operator==(const SnoopingPort &) const = default;
};
SnoopingPort settle_snooping_port(const std::string &port, const model::StringMap &other_config,
                                  model::Warnings &warnings);

// Where a frame goes, besides never back to where it came from.
struct GroupDelivery {
    bool everywhere = false;
    std::set<PortId> ports; // if not everywhere

    bool operator==(const GroupDelivery &) const = default;
};

class Snooping {
  public:
    using Key = SnoopingKey;

    explicit Snooping(const SnoopingSettings &settings) : settings_(settings) {}

    void configure(const SnoopingSettings &settings);
    const SnoopingSettings &settings() const { return settings_; }
    void set_port(PortId port, bool flood, bool flood_reports);
    void remove_port(PortId port);

    // Learns from a message, and says where it is to go.
    GroupDelivery receive(std::uint16_t vlan, PortId port, const GroupMessage &message, Time now);

    // Membership that is told instead of heard.
    Result<> add_static(std::uint16_t vlan, const model::IpAddress &group, PortId port);
    Result<> remove_static(std::uint16_t vlan, const model::IpAddress &group, PortId port);

    void run(Time now); // forgets what is too old
    std::optional<Time> next() const;
    void flush(); // forgets all that was heard

    GroupDelivery deliver(std::uint16_t vlan, const model::IpAddress &group) const;
    std::vector<Key> groups() const;       // that are known, in order
    std::set<std::uint16_t> vlans() const; // that have some
    // Who is where: members of groups, and then routers, which have none.
    struct Entry {
        Key key;
        PortId port = 0;
        std::optional<Time> seen; // nothing: configured

        bool operator==(const Entry &) const = default;
    };
    std::vector<Entry> entries() const;
    struct Port {
        bool flood = false;
        bool flood_reports = false;

        bool operator==(const Port &) const = default;
    };
    const std::map<PortId, Port> &ports() const { return ports_; }
    std::uint64_t revision() const { return revision_; }

    // As `ovs-appctl mdb/show` prints it.
    std::string show(Time now, const std::function<std::string(PortId)> &name) const;

  private:
    struct Membership {
        Time seen;
        std::optional<Time> expires; // nothing: configured
    };
    void join(const Key &key, PortId port, Time now);
    void leave(const Key &key, PortId port, Time now);
    void shorten(const Key &key, Time until);
    void forget(const Key &key, PortId port);
    void make_room(std::size_t groups);
    void expect(const Key &key, PortId port, Membership &membership, Time until);
    GroupDelivery to_routers(std::uint16_t vlan, bool Port::*also) const;

    SnoopingSettings settings_;
    std::map<PortId, Port> ports_;
    std::map<Key, std::map<PortId, Membership>> groups_;
    std::set<std::tuple<Time, Key, PortId>> expiries_;         // of memberships that were heard
    std::map<std::pair<std::uint16_t, PortId>, Time> routers_; // when they were last heard
    std::uint64_t revision_ = 0;
};

} // namespace bvs::protocol
