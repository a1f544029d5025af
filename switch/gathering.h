// SPDX-License-Identifier: Apache-2.0
//
// Where packets are taken out of tunnels in front of the kernel's aggregation (GRO), by XDP, rather
// than behind it: at netdevs that bring packets one by one, which are physical ones. What a veth
// brings is mostly whole already, and XDP would cut or copy it. Where the driver refuses, tc does
// all of it as before.
//
// One thread; what is handed over outlives it.
#pragma once

#include "loader/datapath.h"
#include "switch/host/link_monitor.h"
#include "switch/log.h"
#include "switch/vlan_parsing.h"

#include <map>
#include <set>
#include <string>

namespace bvs::daemon {

class Gathering {
  public:
    Gathering(loader::Datapath &datapath, const host::LinkTable &links, VlanParsing &vlan_parsing,
              Logger log);

    // Open_vSwitch.other_config:tunnel-aggregation; takes effect when follow() is called.
    void wish(const std::string &wish);

    // A netdev that refused is asked again once another's program has left it.
    void note(const host::LinkEvent &event);

    // Makes those of the underlays gather that should, and no others.
    void follow(const std::set<int> &underlays);

    bool gathers(int ifindex) const;

  private:
    bool should(const host::Link &link) const;
    Result<> start(const host::Link &link);

    loader::Datapath &datapath_;
    const host::LinkTable &links_;
    VlanParsing &vlan_parsing_;
    Logger log_;
    std::string wish_ = "auto";
    std::set<int> refused_;
};

} // namespace bvs::daemon
