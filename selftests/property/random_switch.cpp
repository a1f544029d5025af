// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/random_switch.h"

#include <array>

namespace bvs::property {

using namespace bvs::fixture;

std::uint16_t RandomSwitch::vlan() {
    constexpr std::array<std::uint16_t, 5> k_vlans = {0, 10, 20, 63, 4095};
    return k_vlans[below(k_vlans.size())];
}

std::vector<std::uint16_t> RandomSwitch::vlans() {
    std::vector<std::uint16_t> list;
    if (one_in(2))
        for (auto n = below(4); n > 0; --n)
            list.push_back(vlan());
    return list;
}

RandomSwitch::Topology RandomSwitch::topology() {
    Topology made;
    const auto bridges = static_cast<std::uint16_t>(1 + below(3));
    for (std::uint16_t number = 1; number <= bridges; ++number) {
        auto &bridge = made.bridges[number];
        bridge.mac_limit = one_in(3) ? 1 + below(20) : 8192;
        if (one_in(3))
            bridge.flood_vlans = {vlan(), vlan()};
    }
    // In all bridges alike; a test of the datapath may say what the daemon would not.
    for (auto n = 2 + below(9); n > 0; --n)
        made.ports.push_back(port(made, static_cast<std::uint16_t>(1 + below(bridges))));
    return made;
}

PortSettings RandomSwitch::port(const Topology &topology, std::uint16_t bridge) {
    PortSettings port = {.bridge = bridge};
    port.mode = static_cast<bvs_vlan_mode>(below(BVS_VLAN_DOT1Q_TUNNEL + 1));
    port.tag = vlan();
    port.vlans = vlans();
    port.priority_tags = static_cast<bvs_priority_tags>(below(BVS_PRIORITY_TAGS_ALWAYS + 1));
    port.flags = one_in(10) ? 0 : BVS_PORT_UP;
    if (one_in(4))
        port.flags |= BVS_PORT_FORWARD_BPDU;
    if (!topology.bridges.at(bridge).flood_vlans.empty())
        port.flags |= BVS_PORT_FLOOD_VLANS;
    port.tunnel_tpid = one_in(2) ? ETH_P_8021Q : ETH_P_8021AD;
    port.mtu = std::array{500, 1500, 2900}[below(3)];
    port.mac_limit = one_in(3) ? below(10) : 8192;
    return port;
}

std::uint64_t RandomSwitch::address() {
    return mac(1 + below(12));
}

std::uint64_t RandomSwitch::destination() {
    constexpr std::array<std::uint64_t, 6> k_groups = {k_broadcast,    0x01005e000001,
                                                       0x333300000001, 0x0180c2000000,
                                                       0x0180c2000010, 0x01000ccccccc};
    if (one_in(4))
        return k_groups[below(k_groups.size())];
    return one_in(10) ? mac(1000) : address();
}

std::uint64_t RandomSwitch::source() {
    if (!one_in(20))
        return address();
    return one_in(2) ? 0 : address() | BVS_MAC_MULTICAST;
}

bvs_vlan_tag RandomSwitch::tag() {
    const auto priority = one_in(3) ? below(16) << 12 : 0;
    return {.tpid = static_cast<std::uint16_t>(one_in(3) ? ETH_P_8021AD : ETH_P_8021Q),
            .tci = static_cast<std::uint16_t>(priority | vlan())};
}

std::size_t RandomSwitch::payload_size() {
    if (one_in(3))
        return std::array{500, 1500, 2870}[below(3)] - 6 + below(12);
    return 4 + below(80);
}

Lab::Sent RandomSwitch::frame(std::uint32_t ports, std::uint32_t number) {
    const auto port = 1 + below(ports);
    Frame frame = {.dst = destination(), .src = source()};
    for (auto n = one_in(2) ? 0 : 1 + below(2); n > 0; --n)
        frame.tags.push_back(tag());
    // A tag that is announced and cut off. The kernel itself refuses if that is the outermost one.
    if (!frame.tags.empty() && one_in(30)) {
        frame.tags.resize(1);
        frame.type = ETH_P_8021Q;
        frame.payload = Bytes(2 + below(2));
        return {port, frame.bytes()};
    }
    if (frame.tags.size() == 2 && one_in(10))
        frame.type = ETH_P_8021Q; // a third tag, which is nobody's business
    frame.payload = Bytes(payload_size(), 0xa5) + big_endian(number, 4);
    return {port, frame.bytes()};
}

} // namespace bvs::property
