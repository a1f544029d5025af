// SPDX-License-Identifier: Apache-2.0
//
// An interface as its configuration wants it, with what its port and bridge say about it: all that
// is needed to make one port of the datapath. Values only.
#pragma once

#include "switch/model/policing.h"
#include "switch/model/qos.h"
#include "switch/model/settings.h"
#include "switch/model/tunnel.h"
#include "switch/model/vlan.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bvs::model {

inline constexpr std::uint32_t k_local_ofport = 65534; // the bridge's own port
inline constexpr std::uint32_t k_most_ofport = 65279;  // of those that are given out

enum class Device {
    existing, // type "" or "system": somebody else's
    internal, // made by us, its other end is the host's
    patch,    // none: what goes in comes out of another port of ours
    tunnel,   // none: what goes in is wrapped
};

enum class Hook { automatic, tc, xdp };

struct Interface {
    std::string name; // of the netdev, too, if there is one
    std::string port;
    std::string bridge;
    Device device = Device::existing;
    Hook hook = Hook::automatic;
    VlanSettings vlan;
    bool is_protected = false;              // has nothing of other such ports of its bridge
    std::optional<std::uint32_t> mac_limit; // addresses it may learn; nothing: as its bridge
    std::optional<Mac> mac;                 // of an internal one
    std::optional<std::uint32_t> mtu;
    std::optional<std::uint32_t> ofport_request;
    std::optional<std::uint32_t> former_ofport; // which it had when the database was last written
    Policing policing;
    bool bfd = false;             // it is a port where BFD is spoken
    std::optional<Tunnel> tunnel; // of a tunnel
    std::string peer;             // of a patch port
    std::optional<Qos> qos;       // how what is sent there waits
    QueueDscp queue_dscp;         // of its port's queues
    std::string qos_refusal;      // why its port's cannot be followed
    bool bonded = false;          // one of several of its port
    bool lacp = false;            // its port speaks LACP
    std::string refusal;          // why it cannot be made; empty if it can

    bool is_shaped() const { return qos && qos->type != QosType::noop; }
    bool is_local() const { return name == bridge; }
    bool has_netdev() const { return device == Device::existing || device == Device::internal; }
    bool operator==(const Interface &) const = default;
};

// What the rows of Port and Interface say.
struct InterfaceRequest {
    std::string name;
    std::string type;
    std::optional<std::string> mac;
    std::optional<std::int64_t> mtu_request;
    std::optional<std::int64_t> ofport_request;
    std::optional<std::int64_t> ofport;
    PolicingRequest policing;
    StringMap bfd;
    StringMap options;
    StringMap other_config;
};

struct PortRequest {
    std::string name;
    std::string bridge;
    std::size_t interfaces = 1;
    std::string bond_mode;
    std::string lacp;
    VlanRequest vlan;
    bool is_protected = false;
    std::optional<QosRequest> qos;
    StringMap other_config;
};

Interface settle(const InterfaceRequest &interface, const PortRequest &port, Warnings &warnings);

// As Interface.type has it; a device of somebody else is "system".
std::string_view type_of(const Interface &interface);

// The local port that every bridge has, whether or not the database knows of it.
Interface local_interface(const std::string &bridge);

} // namespace bvs::model
