// SPDX-License-Identifier: Apache-2.0
//
// The netdev that stands for all ports without one, patch and tunnel ports: their `ifindex`. Copies
// for them are sent to it, at whose egress a program of ours takes them on, and routes are asked
// for as if packets had come in there (maps/tunnel.h). It is one end of a veth pair that is named
// as hidden ends of internal ports are, and neither end has an address or says anything. All that
// leaves by it are packets that are to get a checksum at the other end, for which the device has
// nothing offloaded to it (bpf/checksum.h).
//
// It is there while there are such ports, and outlives the daemon. Each generation of maps has its
// own, since a copy is handed over in a map: so both work while ports change over to a new one.
#pragma once

#include "base/result.h"
#include "loader/datapath.h"
#include "switch/hidden_names.h"
#include "switch/host/ethtool.h"
#include "switch/host/link_control.h"
#include "switch/host/link_table.h"
#include "switch/log.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bvs::daemon {

class OnwardDevice {
  public:
    OnwardDevice(loader::Datapath &datapath, const host::LinkTable &links,
                 host::LinkControl &control, host::Ethtool &ethtool, std::string_view rundir,
                 Logger log);

    // Its ifindex; made, or adopted and put right, at the first call and whenever somebody has
    // deleted it or set it down since. Takes 0.2 s once, as its programs are loaded. Without IPv6
    // forwarding, which a container may refuse, there are no routes to IPv6 addresses; that is
    // logged.
    Result<std::uint32_t> ensure();

    // No patch and no tunnel port is left.
    void remove();
    // Those of other generations, once no port sends to one any more.
    void remove_former();

    // One of the two ends, of whatever generation of this daemon's: who sees it change has ports
    // without netdev look at ensure() again.
    bool is_end(const host::Link &link) const;

  private:
    bool is_ready();
    Result<host::Link> find_or_make();
    Result<> put_in_service(const host::Link &link);
    void let_route_ipv6(const host::Link &link);

    loader::Datapath &datapath_;
    const host::LinkTable &links_;
    host::LinkControl &control_;
    host::Ethtool &ethtool_;
    HiddenNames names_;
    std::string purpose_;
    std::string far_purpose_; // of the pair's other end
    Logger log_;
    int ready_ = 0; // its ifindex, once it is in service
};

// Whatever daemons of this run directory have left.
void remove_onward_devices(const host::LinkTable &links, host::LinkControl &control,
                           std::string_view rundir);

} // namespace bvs::daemon
