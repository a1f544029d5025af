// SPDX-License-Identifier: Apache-2.0
//
// Makes bridges, ports and netdevs as the configuration and the links of the moment want them. It
// looks at names, one by one: what is wanted under that name, what is there, and does the
// difference. So it does not matter which event led to a name, and a name looked at twice costs
// nothing.
#pragma once

#include "switch/bridge_mtus.h"
#include "switch/config.h"
#include "switch/host/link_monitor.h"
#include "switch/internal_devices.h"
#include "switch/log.h"
#include "switch/onward_device.h"
#include "switch/onward_ports.h"
#include "switch/port_table.h"
#include "switch/shaping.h"
#include "switch/vlan_parsing.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::daemon {

class Reconciler {
  public:
    Reconciler(PortTable &table, InternalDevices &internal, OnwardDevice &onward_device,
               const host::LinkTable &links, host::LinkControl &control, VlanParsing &vlan_parsing,
               Shaping &shaping, Logger log);

    void apply(const Config &config, const Touched &touched);

    // Takes vanished netdevs off their ports at once, and says which names want to be looked at.
    Touched note(const host::LinkChanges &changes);

    // Every bridge and port that there is, as touched: to look at all.
    Touched everything() const;

    // Removes what no configured port needs, once all were looked at: netdevs, programs and ends of
    // tunnels that a daemon left which was stopped in the middle of something.
    void remove_orphans(const Config &config);

    // Where XDP is attached no more. Not while attachments are held: XDP of before may be there.
    void restore_vlan_parsing();

    // The onward device for copies of mirrors, even if no port is without netdev.
    Result<> keep_onward_device(bool wanted);

    // Takes everything away.
    void dismantle();

    // Why an interface is not in use; empty if it is.
    const std::string &error(const std::string &interface) const;
    const std::string &qos_error(const std::string &interface) const {
        return shaping_.error(interface);
    }
    std::set<std::string> in_error() const; // or not shaped as they should be

    // The netdev behind a port, if it has one, and the one that its user sees, which for an
    // internal port is another and may be in a namespace where we do not.
    const host::Link *netdev(const LivePort &port) const;
    const host::Link *visible_netdev(const model::Interface &interface) const;

  private:
    struct Wanted {
        const model::Interface *interface;
        const model::Bridge *bridge;
    };

    std::optional<Wanted> wanted(const Config &config, const std::string &name);
    void apply_bridges(const Config &config, const std::set<std::string> &names);
    void remove_unwanted(const Config &config, const std::string &name);
    void remove_port(const std::string &name);
    void note_mtu(const model::Interface &interface);
    void follow_mtus(const Config &config, std::vector<Wanted> looked_at);
    void apply_interface(const Config &config, const Wanted &wanted);
    void give_ends_another_chance(const Config &config);
    void remove_unused_onward_device();
    Result<> make(const Config &config, const Wanted &wanted);
    Result<> make_without_netdev(const Config &config, const Wanted &wanted);
    Result<> change(LivePort &port, const Wanted &wanted, const compile::Netdev &netdev,
                    std::uint32_t peer);
    Result<LivePort *> port_of(const Wanted &wanted);
    Result<host::Link> find_netdev(const Wanted &wanted);
    std::string name_of_link(int ifindex) const;
    compile::Netdev facts(const model::Interface &interface, const host::Link &link,
                          const LivePort &port);
    void touch_onward_ports(Touched &touched) const;
    void listen_to_all(const host::Link &link, const LivePort &port);
    bool prepare_xdp(const model::Interface &interface, const host::Link &link, LivePort &port);
    void tell_of_no_xdp(const model::Interface &interface, const Error &reason);
    void set_error(const std::string &interface, std::string error);

    PortTable &table_;
    OnwardPorts onward_ports_;
    InternalDevices &internal_;
    OnwardDevice &onward_device_;
    const host::LinkTable &links_;
    host::LinkControl &control_;
    VlanParsing &vlan_parsing_;
    Shaping &shaping_;
    Logger log_;
    std::map<std::string, std::string> errors_;
    BridgeMtus mtus_;
    std::set<std::string> promiscuous_; // ports whose netdevs we have made so
    bool mirrors_need_onward_ = false;
    bool onward_ports_left_ = true; // since it was last seen that there is one
};

} // namespace bvs::daemon
