// SPDX-License-Identifier: Apache-2.0
//
// Flows and actions of the datapath in the syntax of Open vSwitch's, as ovs-dpctl(8) has it:
// "in_port(2),eth(dst=...),eth_type(0x0800),ipv4(...)" and "set(eth(dst=...)),push_vlan(...),3".
// Pure.
#pragma once

#include "maps/abi.h"
#include "switch/model/match.h"

#include <cstdint>
#include <string>

namespace bvs::daemon {

// `port`: in_port as the datapath numbers it; empty: it is not said.
std::string odp_flow(const model::FlowWords &words, const std::string &port);

// What happens to a packet, as a list that grows.
class OdpActions {
  public:
    // The packet's words, as far as they are known, tell which headers it has.
    explicit OdpActions(const model::FlowWords &packet);

    void set(unsigned word, std::uint64_t bits, std::uint64_t value); // of the flow
    void push_vlan(std::uint64_t tag);                                // tpid << 16 | tci
    void pop_vlan();
    // All that differs between how the packet looked and how it looks now.
    void look(const bvs_flow &before, const bvs_flow &now);
    void add(const std::string &action);

    const std::string &text() const { return text_; } // empty: there was none

  private:
    void set(const model::FlowWords &changed);

    model::FlowWords packet_;
    std::string text_;
};

// The tags of a flow as numbers, tpid << 16 | tci; 0: none.
std::uint64_t outer_tag(const bvs_flow &flow);
std::uint64_t inner_tag(const bvs_flow &flow);

} // namespace bvs::daemon
