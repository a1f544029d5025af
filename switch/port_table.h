// SPDX-License-Identifier: Apache-2.0
//
// The bridges and ports that there are, as the maps have them and a little more, and the only
// writer of those maps. Knows nothing of the configuration or of netdevs' lives.
//
// Numbers that became free are not given out again before every packet and every flood that knew
// them has ended and the forwarding database has forgotten them: see every_second().
#pragma once

#include "base/result.h"
#include "loader/datapath.h"
#include "maps/bond.h"
#include "maps/ofports.h"
#include "switch/compile/number_pool.h"
#include "switch/compile/steps.h"
#include "switch/flood_list.h"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::daemon {

// A port's OpenFlow number as rules have it: reserved numbers have 32 bits there.
std::uint32_t rule_number(std::uint32_t ofport);

struct LiveBridge {
    std::string name;
    std::uint16_t number = 0;
    compile::NumberPool ofports{model::k_most_ofport};
    bool pipeline = false; // its ports send packets through the OpenFlow tables
};

struct LivePort {
    std::string name;
    std::string bridge;
    std::uint32_t ofport = 0;
    std::uint32_t openflow = 0; // its configuration by PORT_MOD, of BVS_PORT_OPENFLOW
    std::uint32_t mirrors = 0;  // of BVS_PORT_MIRRORS
    bool unreachable = false;   // BFD says that its far end is: it is not live, whatever its link
    std::uint32_t exports = 0;  // of BVS_PORT_EXPORTS
    compile::PortState state;
    Error xdp_error;                       // why XDP could not be attached
    std::uint32_t xdp_refused_ifindex = 0; // to which it could not

    const bvs_port_entry &entry() const { return state.port.entry; }
    std::uint32_t number() const { return state.port.number; }
    std::uint32_t bond_place() const { return entry().peer; } // of a bond
    bool has_netdev() const { return !(entry().flags & BVS_PORT_ONWARD); }
    // Packets can come in and go out, or could if its link were up.
    bool in_service() const { return has_netdev() ? state.attached : entry().ifindex != 0; }
};

class PortTable {
  public:
    explicit PortTable(loader::Datapath &datapath);

    // Takes over what an earlier daemon has left in the maps. Each port is attached anew when it is
    // next configured, since the program may be another build's.
    void adopt();
    // A port of that name may have been adopted under the name that its entry has.
    void recognise(const std::string &name);

    Result<> add_bridge(const model::Bridge &wanted); // or change it
    void remove_bridge(const std::string &name);      // which has no ports

    // A port without netdev, in no flood list yet. The OpenFlow number is the first of `wishes`
    // that is free, else the lowest free one.
    Result<LivePort *> add_port(const std::string &bridge, const std::string &name,
                                const std::vector<std::uint32_t> &wishes);
    void configure(LivePort &port, std::uint32_t openflow);
    void mirror(LivePort &port, std::uint32_t mirrors);
    void show(LivePort &port, std::uint32_t exports);    // its packets to collectors
    bool renumber(LivePort &port, std::uint32_t ofport); // false: that number is taken

    // While held, ports are put into the maps and not attached: the next change_port() does that.
    void hold_attachments(bool held) { held_ = held; }

    // On error some steps are left to be done by the next call.
    Result<> change_port(LivePort &port, const compile::Port &wanted);
    void remove_port(const std::string &name);

    // Which port frames that come to this end are for.
    LivePort *port_of_end(const bvs_tunnel_end &end);
    bool take_ends_released(); // since it was last asked
    void remove_stray_ends();  // which belong to no port

    // Whose netdevs were replaced unnoticed by others of the same ifindex are to be attached anew.
    void verify_attachments();

    // The end of a round of changes: forgets the addresses of all ports that it concerned at once,
    // since that means to look at the whole forwarding database.
    void finish_round();

    void every_second();

    // A bond's own port, which its members carry frames for. It has neither netdev nor OpenFlow
    // number, and ports() has it not. Made if it is not there, yet unknown to the datapath.
    Result<LivePort *> bond(const std::string &bridge, const std::string &name);
    Result<> change_bond(LivePort &bond, const model::Interface &member,
                         const model::Bridge &bridge);
    void remove_bond(const std::string &name);
    const std::map<std::string, LivePort, std::less<>> &bonds() const { return bonds_; }

    LiveBridge *bridge(std::string_view name);
    LivePort *port(std::string_view name);
    LivePort *port_of_number(std::uint32_t number);
    LivePort *port_of_netdev(std::uint32_t ifindex);
    const std::map<std::string, LiveBridge, std::less<>> &bridges() const { return bridges_; }
    const std::map<std::string, LivePort, std::less<>> &ports() const { return ports_; }

    maps::Maps &maps() { return datapath_.maps(); }
    loader::Datapath &datapath() { return datapath_; }

  private:
    struct Resting { // a number that is not in use, and not to be used yet
        bool is_bridge;
        std::uint32_t number;
        unsigned seconds;
    };

    void adopt_bridge(std::uint16_t number, const bvs_bridge_entry &entry);
    void adopt_port(std::uint32_t number, const bvs_port_entry &entry);
    void adopt_ends();
    void adopt_queue_dscp();
    void set_flags(LivePort &port, std::uint32_t among, std::uint32_t flags);
    void write_policer(LivePort &port, bvs_policer policer);
    Result<> write_queue_dscp(LivePort &port, const model::QueueDscp &wanted);
    Result<> open_end(LivePort &port, const bvs_tunnel_end &end);
    void close_end(LivePort &port);
    Result<> carry_out(compile::Step step, LivePort &port, const compile::Port &wanted);
    Result<> attach(LivePort &port, const compile::Port &wanted);
    void attach_xdp(LivePort &port, const compile::Port &wanted);
    void detach_xdp(LivePort &port);
    void detach(LivePort &port);
    void write(const compile::Port &port, bool xdp);
    void clear(std::uint32_t number);
    std::size_t forget_addresses(const std::set<std::uint32_t> &ports);

    loader::Datapath &datapath_;
    bool held_ = false;
    FloodLists flood_lists_;
    maps::OfPorts ofports_;
    compile::NumberPool port_numbers_{BVS_MAX_PORTS - 1};
    compile::NumberPool bridge_numbers_{BVS_MAX_BRIDGES - 1};
    compile::NumberPool bond_places_{BVS_MAX_BONDS - 1};
    std::map<std::string, LiveBridge, std::less<>> bridges_;
    std::map<std::string, LivePort, std::less<>> ports_;
    std::map<std::string, LivePort, std::less<>> bonds_;
    std::vector<LivePort *> by_number_; // bonds, too
    std::set<std::uint32_t> to_flush_;
    std::set<std::uint32_t> to_clear_;
    std::vector<Resting> resting_;
    bool ends_released_ = false;
};

} // namespace bvs::daemon
