// SPDX-License-Identifier: Apache-2.0
//
// What a learning switch with VLANs does, written down from ovs-vswitchd.conf.db(5) and IEEE 802.1Q
// with no regard to speed: the other opinion when frames go through the datapath.
//
// A frame is a list of tags and a body. In the switch it is in one VLAN, and is taken apart anew at
// each port it leaves by.
#pragma once

#include "selftests/fixture/frame.h"
#include "selftests/fixture/small_switch.h"

#include <map>
#include <optional>
#include <tuple>
#include <vector>

namespace bvs::property {

using fixture::Bytes;

class ReferenceSwitch {
  public:
    using Ports = std::vector<fixture::PortSettings>; // port 1 first
    using Bridges = std::map<std::uint16_t, fixture::BridgeSettings>;

    ReferenceSwitch(Ports ports, Bridges bridges);

    void set_port(std::uint32_t number, const fixture::PortSettings &settings);
    void add_static(std::uint32_t port, std::uint64_t address, std::uint16_t vlan);

    // What goes out at which port.
    std::map<std::uint32_t, Bytes> receive(std::uint32_t port, const Bytes &frame);

    const bvs_port_counters &counters(std::uint32_t port) const { return counters_.at(port - 1); }

  private:
    struct Frame;
    struct Place {
        std::uint32_t port = 0;
        bool is_static = false;
    };
    using Address = std::tuple<std::uint16_t, std::uint16_t, std::uint64_t>; // bridge, VLAN, MAC

    const fixture::PortSettings &port(std::uint32_t number) const { return ports_.at(number - 1); }
    bool admit(std::uint32_t number, Frame &frame) const;
    bool carries(std::uint32_t number, const Frame &frame) const;
    Bytes leave(std::uint32_t number, const Frame &frame) const;
    void learn(std::uint32_t number, const Frame &frame);
    std::uint32_t learned(std::uint32_t number) const; // addresses at the port
    bool has_share_left(std::uint32_t number) const;
    bool bridge_has_room(std::uint32_t number) const;
    void drop(bvs_drop_reason reason, std::uint32_t at) { ++counters_.at(at - 1).drops[reason]; }
    std::optional<bvs_drop_reason> refusal(std::uint32_t number, const Frame &frame) const;
    std::map<std::uint32_t, Bytes> flood(std::uint32_t in, const Frame &frame);
    std::map<std::uint32_t, Bytes> send(std::uint32_t in, std::uint32_t out, const Frame &frame);
    void count_sent(std::uint32_t number, const Bytes &frame);

    Ports ports_;
    Bridges bridges_;
    std::vector<bvs_port_counters> counters_;
    std::map<Address, Place> addresses_;
};

} // namespace bvs::property
