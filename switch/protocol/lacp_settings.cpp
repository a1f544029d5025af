// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/lacp_settings.h"

namespace bvs::protocol {

namespace {

constexpr std::uint16_t k_most = 65535;

std::uint16_t number(model::Settings &settings, std::string_view key, std::uint32_t otherwise) {
    return static_cast<std::uint16_t>(settings.number(key, 1, k_most).value_or(otherwise));
}

} // namespace

std::optional<LacpSettings> settle(const LacpRequest &request, model::Warnings &warnings) {
    const auto owner = fmt::format("port {}", request.port);
    model::Settings settings(request.other_config, owner, warnings);
    if (request.lacp.empty() || request.lacp == "off")
        return std::nullopt;
    if (request.lacp != "active" && request.lacp != "passive") {
        warnings.push_back(fmt::format("{}: lacp is \"{}\", not active, passive or off; it is off",
                                       owner, request.lacp));
        return std::nullopt;
    }
    LacpSettings lacp;
    lacp.active = request.lacp == "active";
    lacp.system = settings.mac("lacp-system-id").value_or(request.bridge_mac);
    // Links that can be bonded are to be preferred where nobody says otherwise.
    lacp.priority =
        number(settings, "lacp-system-priority", request.interfaces > 1 ? k_most - 1 : k_most);
    const auto time = settings.text("lacp-time");
    lacp.fast = time == "fast";
    if (!time.empty() && !lacp.fast && time != "slow")
        settings.warn("lacp-time", "is neither fast nor slow; using slow");
    lacp.fallback_active_backup = settings.flag("lacp-fallback-ab");
    return lacp;
}

LacpMemberSettings settle_lacp_member(const std::string &interface, const model::Mac &mac,
                                      std::uint32_t ofport, const model::StringMap &other_config,
                                      model::Warnings &warnings) {
    model::Settings settings(other_config, fmt::format("interface {}", interface), warnings);
    LacpMemberSettings member;
    member.name = interface;
    member.mac = mac;
    member.port = number(settings, "lacp-port-id", ofport);
    member.priority = number(settings, "lacp-port-priority", k_most);
    member.key = number(settings, "lacp-aggregation-key", 0);
    return member;
}

} // namespace bvs::protocol
