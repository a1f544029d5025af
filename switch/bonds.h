// SPDX-License-Identifier: Apache-2.0
//
// Bonds of bridges, and ports that speak LACP: their machines (switch/protocol/) are given what the
// database wants, what links do, what neighbours say and the time; what they decide goes into the
// datapath's maps (maps/bond.h), out of members' netdevs, and back into the database.
//
// A daemon that takes over leaves a bond as it was until it knows better: with LACP, until a
// partner has answered, or some seconds have passed.
//
// One thread; what is handed over outlives it.
#pragma once

#include "ovsdb/replica.h"
#include "switch/bond_rows.h"
#include "switch/config.h"
#include "switch/host/ethtool.h"
#include "switch/host/frame_socket.h"
#include "switch/log.h"
#include "switch/port_table.h"
#include "switch/reconciler.h"
#include "switch/write_back.h"

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace bvs::daemon {

class Bonds {
  public:
    struct Member {
        std::string interface;
        ovsdb::Uuid row;
        bool carrier = false;
    };
    struct Live {
        std::string bridge;
        BondRow wanted;
        std::optional<protocol::Bond> bond;
        std::optional<protocol::Lacp> lacp;
        std::map<protocol::PortId, Member> members; // by number of their ports
        protocol::Time next_poll{};
        protocol::Time next_count{};
        maps::BondBytes::Buckets counted{};       // before next_count
        std::optional<protocol::Time> held_until; // the datapath does what a former daemon said
        bool unwritten = true;
        std::set<std::string> told; // warnings
    };

    Bonds(const Config &config, PortTable &table, const Reconciler &reconciler,
          host::Ethtool &ethtool, host::FrameSocket &frames, Logger log);

    // Makes the datapath follow the rows of these interfaces' ports, once those are as they are
    // wanted.
    void follow(const ovsdb::Replica &replica, const Touched &touched);
    // To be called after all else, and at next().
    void run(protocol::Time now);
    std::optional<protocol::Time> next() const;

    // A frame of LACP or of its marker protocol; run() is to follow.
    void receive(std::uint32_t port, std::span<const std::uint8_t> frame, protocol::Time now);

    void report(const ovsdb::Replica &replica, WriteBack &write_back);
    void dismantle();

    std::map<std::string, Live> &all() { return live_; } // by port
    const std::map<std::string, Live> &all() const { return live_; }

  private:
    void follow(const ovsdb::Replica &replica, const std::string &name, protocol::Time now);
    void tell(Live &live, const model::Warnings &warnings);
    void remove(const std::string &name);
    void configure(const std::string &name, Live &live, protocol::Time now);
    void take_over(Live &live, const LivePort &port, protocol::Time now);
    void follow_members(Live &live, protocol::Time now);
    void set_member(Live &live, const LivePort &port, protocol::Time now);
    void run(const std::string &name, Live &live, protocol::Time now);
    void look_at_links(Live &live, protocol::Time now);
    bool is_held(Live &live, protocol::Time now) const;
    void count(const std::string &name, Live &live, protocol::Time now);
    void write(const std::string &name, Live &live);
    void announce(const std::string &name, const Live &live,
                  const protocol::BondBuckets::Set &buckets);
    void send(protocol::PortId port, std::span<const std::uint8_t> frame);
    model::Mac bridge_mac(const std::string &bridge) const;
    LivePort *bond_port(const std::string &name);

    const Config &config_;
    PortTable &table_;
    const Reconciler &reconciler_;
    host::Ethtool &ethtool_;
    host::FrameSocket &frames_;
    Logger log_;
    RateLimit bad_frames_;
    std::map<std::string, Live> live_;
    std::vector<BondRow> former_; // whose columns are to be emptied
};

} // namespace bvs::daemon
