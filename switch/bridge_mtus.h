// SPDX-License-Identifier: Apache-2.0
//
// The smallest MTU among each bridge's ports that are netdevs of others: what its internal ports
// have unless mtu_request says otherwise, as ovs-vswitchd.conf.db(5) describes. Values only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace bvs::daemon {

class BridgeMtus {
  public:
    static constexpr std::uint32_t k_default = 1500; // of a bridge that has no such port

    // Of a port, in whichever bridge it is now; nothing: it has no netdev, or is no more.
    void set(const std::string &port, const std::string &bridge, std::optional<std::uint32_t> mtu);

    std::uint32_t smallest(const std::string &bridge) const;

    // Bridges whose smallest one is another than when last asked, with that of then.
    std::map<std::string, std::uint32_t> take_changed();

  private:
    struct Place {
        std::string bridge;
        std::uint32_t mtu;
    };

    std::map<std::string, Place> ports_;
    std::map<std::string, std::multiset<std::uint32_t>> mtus_; // by bridge
    std::map<std::string, std::uint32_t> former_;              // where it was not the default
    std::set<std::string> touched_;
};

} // namespace bvs::daemon
