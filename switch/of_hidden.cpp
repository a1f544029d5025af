// SPDX-License-Identifier: Apache-2.0
#include "switch/of_hidden.h"

#include "switch/model/action.h"

#include <set>

namespace bvs::daemon {

using model::Field;

namespace {

// Open vSwitch's numbers, since people know them from bridge/dump-flows. Those for the address of a
// gateway to the controller, 180003 and 180004, are left out, as the daemon knows no routes.
constexpr std::uint32_t k_dhcp_from_local = 180000;
constexpr std::uint32_t k_arp_to_local = 180001;
constexpr std::uint32_t k_arp_from_local = 180002;
constexpr std::uint32_t k_arp_to_remote = 180005;
constexpr std::uint32_t k_arp_from_remote = 180006;
constexpr std::uint32_t k_tcp_to_remote = 180007;
constexpr std::uint32_t k_tcp_from_remote = 180008;
constexpr std::uint32_t k_fail_open = 0xf0f0f0;

constexpr std::uint64_t k_eth_arp = 0x0806, k_eth_ip = 0x0800;
constexpr std::uint64_t k_arp_request = 1, k_arp_reply = 2;
constexpr std::uint64_t k_tcp = 6, k_udp = 17;
constexpr std::uint64_t k_dhcp_client = 68, k_dhcp_server = 67;

struct Condition {
    Field field;
    std::uint64_t value;
};

HiddenFlow flow(std::uint32_t priority, std::initializer_list<Condition> conditions) {
    HiddenFlow flow{.priority = priority, .match = {}};
    for (const auto &[field, value] : conditions)
        flow.match.set(field, value);
    return flow;
}

} // namespace

HiddenFlow fail_open_flow() {
    return flow(k_fail_open, {});
}

std::vector<HiddenFlow> in_band_flows(const model::Mac &local,
                                      const std::vector<InBandRemote> &remotes) {
    if (remotes.empty())
        return {};
    const auto mac = model::to_number(local);
    std::vector<HiddenFlow> flows = {
        flow(k_dhcp_from_local, {{Field::in_port, model::port::local},
                                 {Field::eth_src, mac},
                                 {Field::eth_type, k_eth_ip},
                                 {Field::ip_proto, k_udp},
                                 {Field::udp_src, k_dhcp_client},
                                 {Field::udp_dst, k_dhcp_server}}),
        flow(k_arp_to_local,
             {{Field::eth_dst, mac}, {Field::eth_type, k_eth_arp}, {Field::arp_op, k_arp_reply}}),
        flow(
            k_arp_from_local,
            {{Field::eth_src, mac}, {Field::eth_type, k_eth_arp}, {Field::arp_op, k_arp_request}})};
    std::set<std::uint32_t> addresses;
    for (const auto &[address, port] : std::set(remotes.begin(), remotes.end())) {
        if (addresses.insert(address).second) {
            flows.push_back(flow(k_arp_to_remote, {{Field::eth_type, k_eth_arp},
                                                   {Field::arp_op, k_arp_reply},
                                                   {Field::arp_tpa, address}}));
            flows.push_back(flow(k_arp_from_remote, {{Field::eth_type, k_eth_arp},
                                                     {Field::arp_op, k_arp_request},
                                                     {Field::arp_spa, address}}));
        }
        flows.push_back(flow(k_tcp_to_remote, {{Field::eth_type, k_eth_ip},
                                               {Field::ip_proto, k_tcp},
                                               {Field::ipv4_dst, address},
                                               {Field::tcp_dst, port}}));
        flows.push_back(flow(k_tcp_from_remote, {{Field::eth_type, k_eth_ip},
                                                 {Field::ip_proto, k_tcp},
                                                 {Field::ipv4_src, address},
                                                 {Field::tcp_src, port}}));
    }
    return flows;
}

} // namespace bvs::daemon
