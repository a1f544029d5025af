// SPDX-License-Identifier: Apache-2.0
//
// A Lab with ports 1 and 2 and some tunnel ports from 3 on, in one bridge with rules, and packets
// that come in for these from the underlay.
#pragma once

#include "selftests/fixture/rules.h"
#include "selftests/prog/outer.h"

namespace bvs::fixture {

class TunnelLab {
  public:
    explicit TunnelLab(std::uint32_t tunnels = 1);
    ~TunnelLab();
    TunnelLab(const TunnelLab &) = delete;
    TunnelLab &operator=(const TunnelLab &) = delete;

    // What comes with headers like these is the port's, whatever it has in the fields that the
    // precision leaves out. Its local address is this host's.
    void add_end(const Outer &like, std::uint32_t port = 3, unsigned precision = 0);
    void add_local(const bvs_address &address);

    // Into the program at the underlay's netdevs by itself.
    Lab::Run run(const Bytes &packet, std::uint32_t gso_size = 0) {
        return lab.run_underlay(packet, gso_size);
    }
    bvs_port_counters counters(std::uint32_t port) const { return lab.counters(port); }

    Lab lab;
    Rules rules{lab};

  private:
    std::vector<bvs_tunnel_end> ends_;
    std::vector<bvs_address> local_;
};

} // namespace bvs::fixture
