// SPDX-License-Identifier: Apache-2.0
#include "switch/model/interface.h"

#include <fmt/format.h>

namespace bvs::model {

namespace {

Hook hook_of(Settings &other_config) {
    const auto value = other_config.text("hook");
    if (value == "xdp")
        return Hook::xdp;
    if (value == "tc")
        return Hook::tc;
    if (!value.empty() && value != "auto")
        other_config.warn("hook", "is none of auto, tc, xdp; using auto");
    return Hook::automatic;
}

Device device_of(const InterfaceRequest &request, const PortRequest &port) {
    if (request.name == port.bridge || request.type == "internal")
        return Device::internal;
    if (request.type == "patch")
        return Device::patch;
    return parse_tunnel_type(request.type) ? Device::tunnel : Device::existing;
}

std::string refusal_of(const InterfaceRequest &interface, const PortRequest &port) {
    const auto device = device_of(interface, port);
    if (port.interfaces > 1 && device != Device::existing)
        return fmt::format("port {} is a bond, whose members are network devices of the host: "
                           "type {} cannot be one; give it a port of its own",
                           port.name, device == Device::internal ? "internal" : interface.type);
    if (device == Device::existing && !interface.type.empty() && interface.type != "system")
        return fmt::format("type {} is not supported; supported are system, internal, patch, gre, "
                           "erspan, vxlan and geneve",
                           interface.type);
    if (device != Device::existing && device != Device::internal)
        return {};
    if (interface.name.size() >= BVS_NAME_LEN)
        return fmt::format("could not open network device {} (Invalid argument: its name has {} "
                           "bytes, and IFNAMSIZ leaves {} at most)",
                           interface.name, interface.name.size(), BVS_NAME_LEN - 1);
    if (interface.name.find_first_of("/%: ") != std::string::npos)
        return fmt::format("could not open network device {} (Invalid argument: no network device "
                           "has a '/', '%', ':' or blank in its name)",
                           interface.name);
    return {};
}

std::optional<std::uint32_t> ofport_of(std::optional<std::int64_t> number) {
    if (!number || *number < 1 || *number > k_most_ofport)
        return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

std::optional<Mac> mac_of(const InterfaceRequest &request, Device device, Warnings &warnings) {
    if (!request.mac)
        return std::nullopt;
    const auto mac = parse_mac(*request.mac);
    if (device != Device::internal || !mac || (*mac)[0] & 1 || to_number(*mac) == 0) {
        warnings.push_back(
            fmt::format("interface {}: ignoring mac {}, {}", request.name, *request.mac,
                        device == Device::internal ? "which is not the Ethernet address of a device"
                                                   : "as the interface is not of type internal"));
        return std::nullopt;
    }
    return mac;
}

void settle_options(Interface &interface, const InterfaceRequest &request, Warnings &warnings) {
    if (interface.device == Device::tunnel) {
        auto tunnel = settle_tunnel(*parse_tunnel_type(request.type), request.name, request.options,
                                    warnings);
        if (tunnel)
            interface.tunnel = *tunnel;
        else if (interface.refusal.empty())
            interface.refusal = tunnel.error().message;
    } else if (interface.device == Device::patch) {
        auto peer = settle_peer(request.name, request.options);
        if (peer)
            interface.peer = *peer;
        else if (interface.refusal.empty())
            interface.refusal = peer.error().message;
    }
}

void settle_qos(Interface &interface, const PortRequest &port, Warnings &warnings) {
    if (!port.qos)
        return;
    auto qos = settle(*port.qos, port.name, warnings);
    auto dscp = settle_dscp(*port.qos, port.name);
    if (!qos || !dscp) {
        interface.qos_refusal = qos ? dscp.error().message : qos.error().message;
        return;
    }
    interface.qos = std::move(*qos);
    interface.queue_dscp = std::move(*dscp);
}

bool speaks_bfd(const InterfaceRequest &request, const PortRequest &port, Warnings &warnings) {
    const auto enable = request.bfd.find("enable");
    if (enable == request.bfd.end() || enable->second != "true")
        return false;
    if (device_of(request, port) != Device::patch)
        return true;
    warnings.push_back(fmt::format("interface {}: no BFD, as nothing can be lost between patch "
                                   "ports; remove bfd:enable",
                                   request.name));
    return false;
}

} // namespace

Interface settle(const InterfaceRequest &request, const PortRequest &port, Warnings &warnings) {
    Settings port_settings(port.other_config, "port " + port.name, warnings);
    Settings settings(request.other_config, "interface " + request.name, warnings);
    Interface interface{.name = request.name,
                        .port = port.name,
                        .bridge = port.bridge,
                        .device = device_of(request, port),
                        .hook = hook_of(settings),
                        .vlan = settle(port.vlan, port_settings, port.name, warnings),
                        .is_protected = port.is_protected,
                        .mac_limit = port_settings.number("mac-table-size", 1, 1'000'000),
                        .ofport_request = ofport_of(request.ofport_request),
                        .former_ofport = ofport_of(request.ofport),
                        .policing = settle(request.policing),
                        .bfd = speaks_bfd(request, port, warnings),
                        .bonded = port.interfaces > 1,
                        .lacp = port.lacp == "active" || port.lacp == "passive",
                        .refusal = refusal_of(request, port)};
    if (port.interfaces == 1 && !port.bond_mode.empty())
        warnings.push_back(fmt::format("port {}: bond_mode={} has no effect, as it has only one "
                                       "interface",
                                       port.name, port.bond_mode));
    settle_options(interface, request, warnings);
    settle_qos(interface, port, warnings);
    interface.mac = mac_of(request, interface.device, warnings);
    if (request.mtu_request && *request.mtu_request > 0)
        interface.mtu = static_cast<std::uint32_t>(*request.mtu_request);
    return interface;
}

std::string_view type_of(const Interface &interface) {
    switch (interface.device) {
    case Device::existing:
        return "system";
    case Device::internal:
        return "internal";
    case Device::patch:
        return "patch";
    case Device::tunnel:
        break;
    }
    return interface.tunnel ? to_string(interface.tunnel->type) : "";
}

Interface local_interface(const std::string &bridge) {
    return {.name = bridge, .port = bridge, .bridge = bridge, .device = Device::internal};
}

} // namespace bvs::model
