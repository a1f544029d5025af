// SPDX-License-Identifier: Apache-2.0
//
// A network device as Linux reports it in an RTM_NEWLINK message, as a value, and the pure
// functions that read one out of a message. Counters are kept apart from the rest, so that two
// Links compare equal unless something a switch has to act on is different.
//
// rtnetlink(7), include/uapi/linux/if_link.h. No I/O; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

struct nlmsghdr;

namespace bvs::host {

using Mac = std::array<std::uint8_t, 6>;

enum class OperState : std::uint8_t { // RFC 2863, numbered as IFLA_OPERSTATE
    unknown,
    not_present,
    down,
    lower_layer_down,
    testing,
    dormant,
    up
};

enum class XdpMode : std::uint8_t { none, driver, generic, hardware, several }; // IFLA_XDP_ATTACHED

struct Link {
    int ifindex = 0;
    std::string name;
    std::string kind;  // "veth", "tun", "bridge", ...; empty for most physical devices
    std::string alias; // free text (ip link set alias); marks the devices we made
    Mac mac{};         // zero where the device has no Ethernet address
    std::uint32_t mtu = 0;

    bool up = false;      // administratively (IFF_UP)
    bool carrier = false; // IFF_LOWER_UP: the driver sees a link
    bool running = false; // IFF_RUNNING: RFC 2863 says it can carry traffic
    bool loopback = false;
    bool promiscuous = false; // asked for by flag; not what packet sockets or the kernel asked for
    OperState oper_state = OperState::unknown;
    std::uint32_t carrier_changes = 0; // up and down both count; OVSDB's link_resets

    int master_ifindex = 0; // the bridge, bond or VRF that it belongs to

    // The other end of a veth, or the device below a VLAN or macvlan. The ifindex belongs to
    // another namespace if peer_other_netns, and may then equal an ifindex of ours.
    int peer_ifindex = 0;
    bool peer_other_netns = false;
    int peer_netns_id = -1; // by which our namespace knows that one, if so (ip-netns(8), nsid)

    std::string qdisc; // what frames wait in on their way out: "noqueue", "htb", ...

    std::string parent_device; // bus name, as "0000:00:03.0"; present means not purely software
    XdpMode xdp_mode = XdpMode::none;
    std::uint32_t xdp_prog_id = 0; // with `several`: the one in the driver

    bool physical() const { return !parent_device.empty(); }
    // A veth to another namespace whose frames need not be queued on this side.
    bool direct() const { return kind == "veth" && peer_other_netns && qdisc == "noqueue"; }
    // Frames wait on their way out as somebody chose: nothing may go past that.
    bool queues() const;
    bool operator==(const Link &) const = default;
};

// Named as the keys of OVSDB's Interface.statistics. All since the device was made.
struct LinkStatistics {
    std::uint64_t rx_packets = 0;
    std::uint64_t rx_bytes = 0;
    std::uint64_t rx_dropped = 0;
    std::uint64_t rx_errors = 0;
    std::uint64_t rx_crc_err = 0;
    std::uint64_t rx_frame_err = 0;
    std::uint64_t rx_over_err = 0;
    std::uint64_t rx_missed_errors = 0;
    std::uint64_t rx_multicast = 0;
    std::uint64_t tx_packets = 0;
    std::uint64_t tx_bytes = 0;
    std::uint64_t tx_dropped = 0;
    std::uint64_t tx_errors = 0;
    std::uint64_t collisions = 0;

    bool operator==(const LinkStatistics &) const = default;
};

// What one RTM_NEWLINK or RTM_DELLINK says.
struct LinkReport {
    Link link;
    LinkStatistics statistics;
    bool gone = false; // RTM_DELLINK
};

// What one RTM_NEWSTATS says.
struct StatisticsReport {
    int ifindex = 0;
    LinkStatistics statistics;
};

// Nothing for a message of another kind, for one that is malformed, and for those that bridges
// send about their ports (family AF_BRIDGE): their RTM_DELLINK means "left the bridge". The message
// must be as long as its nlmsg_len says.
std::optional<LinkReport> decode_link(const nlmsghdr &message);
std::optional<StatisticsReport> decode_statistics(const nlmsghdr &message);

} // namespace bvs::host
