// SPDX-License-Identifier: Apache-2.0
//
// Where tunnels of ours come in and what they are sent from: keeps the addresses that the datapath
// needs to know, and the program that unwraps at each netdev that has one of them. Only while there
// are tunnels; a host without them has nothing of this.
//
// A netdev that is a port is left out: what comes in there is its bridge's. So is the loopback
// device, whose addresses are ours nevertheless.
//
// One thread; what is handed over outlives it.
#pragma once

#include "switch/gathering.h"
#include "switch/host/address_table.h"
#include "switch/host/link_monitor.h"
#include "switch/log.h"
#include "switch/port_table.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace bvs::daemon {

// What the datapath is to know, from what the host has.
struct UnderlayNeeds {
    std::set<model::IpAddress> local;
    std::map<std::pair<int, bool>, model::IpAddress> sources; // by ifindex and whether IPv6
    std::set<int> netdevs;                                    // that unwrap

    bool operator==(const UnderlayNeeds &) const = default;
};
UnderlayNeeds needs_of(const host::AddressTable &addresses, const host::LinkTable &links,
                       const std::function<bool(int ifindex)> &is_port);

class Underlay {
  public:
    Underlay(PortTable &table, const host::AddressTable &addresses, const host::LinkTable &links,
             VlanParsing &vlan_parsing, Logger log);

    // Takes effect when follow() is called.
    void aggregate(const std::string &wish) { gathering_.wish(wish); }

    // Netdevs that vanished have nothing attached, even if another has their ifindex by now.
    void note(const host::LinkChanges &changes);

    // Makes the datapath follow. To be called when a port, an address or a link may have changed;
    // costs little if none has, and takes over what an earlier daemon has left. `attach` false:
    // only addresses, as netdevs are still the former generation's.
    void follow(bool attach = true);

    void dismantle();

    // Why a netdev does not unwrap; empty if it does, or need not.
    const std::string &error(int ifindex) const;
    bool aggregates(int ifindex) const { return gathering_.gathers(ifindex); }

  private:
    UnderlayNeeds needs() const;
    void tell(const UnderlayNeeds &needs);
    void attach(const std::set<int> &netdevs);
    void detach_others(const std::set<int> &netdevs);
    void set_error(int ifindex, const std::string &error);
    std::string name_of(int ifindex) const;

    PortTable &table_;
    const host::AddressTable &addresses_;
    const host::LinkTable &links_;
    Logger log_;
    Gathering gathering_;
    std::optional<UnderlayNeeds> told_;
    std::map<int, std::string> errors_;
    std::string full_; // why an address could not be told
};

} // namespace bvs::daemon
