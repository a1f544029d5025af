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

std::string refusal_of(const InterfaceRequest &interface, const PortRequest &port) {
    if (port.interfaces > 1)
        return fmt::format("port {} has {} interfaces: bonds are not supported yet; give each "
                           "interface a port of its own",
                           port.name, port.interfaces);
    if (!interface.type.empty() && interface.type != "system" && interface.type != "internal")
        return fmt::format("type {} is not supported yet; supported are system and internal",
                           interface.type);
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

} // namespace

Interface settle(const InterfaceRequest &request, const PortRequest &port, Warnings &warnings) {
    Settings port_settings(port.other_config, "port " + port.name, warnings);
    Settings settings(request.other_config, "interface " + request.name, warnings);
    Interface interface{.name = request.name,
                        .port = port.name,
                        .bridge = port.bridge,
                        .device = request.type == "internal" ? Device::internal : Device::existing,
                        .hook = hook_of(settings),
                        .vlan = settle(port.vlan, port_settings, port.name, warnings),
                        .mac_limit = port_settings.number("mac-table-size", 1, 1'000'000),
                        .ofport_request = ofport_of(request.ofport_request),
                        .former_ofport = ofport_of(request.ofport),
                        .refusal = refusal_of(request, port)};
    if (interface.is_local())
        interface.device = Device::internal;
    interface.mac = mac_of(request, interface.device, warnings);
    if (request.mtu_request && *request.mtu_request > 0)
        interface.mtu = static_cast<std::uint32_t>(*request.mtu_request);
    return interface;
}

Interface local_interface(const std::string &bridge) {
    return {.name = bridge, .port = bridge, .bridge = bridge, .device = Device::internal};
}

} // namespace bvs::model
