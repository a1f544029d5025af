// SPDX-License-Identifier: Apache-2.0
#include "switch/model/vlan.h"

#include <fmt/format.h>

namespace bvs::model {

namespace {

bvs_vlan_mode mode_of(const VlanRequest &request) {
    if (request.mode == "access")
        return BVS_VLAN_ACCESS;
    if (request.mode == "native-tagged")
        return BVS_VLAN_NATIVE_TAGGED;
    if (request.mode == "native-untagged")
        return BVS_VLAN_NATIVE_UNTAGGED;
    if (request.mode == "dot1q-tunnel")
        return BVS_VLAN_DOT1Q_TUNNEL;
    return request.mode.empty() && request.tag ? BVS_VLAN_ACCESS : BVS_VLAN_TRUNK;
}

// Native ports carry their own VLAN whatever the list says; without VLAN there is no frame on them,
// as untagged ones belong to the native VLAN.
std::optional<VlanSet> native_list(const VlanRequest &request, std::uint16_t tag) {
    std::optional<VlanSet> list;
    if (!request.trunks.empty())
        list = to_vlan_set(request.trunks);
    if (tag == 0)
        return list;
    if (!list)
        list = VlanSet().set();
    list->set(tag).reset(0);
    return list;
}

std::optional<VlanSet> list_of(const VlanRequest &request, const VlanSettings &settings) {
    switch (settings.mode) {
    case BVS_VLAN_ACCESS:
        return std::nullopt;
    case BVS_VLAN_NATIVE_TAGGED:
    case BVS_VLAN_NATIVE_UNTAGGED:
        return native_list(request, settings.tag);
    case BVS_VLAN_DOT1Q_TUNNEL:
        return request.cvlans.empty() ? std::nullopt : std::optional(to_vlan_set(request.cvlans));
    case BVS_VLAN_TRUNK:
        break;
    }
    return request.trunks.empty() ? std::nullopt : std::optional(to_vlan_set(request.trunks));
}

bvs_priority_tags priority_tags_of(Settings &other_config) {
    const auto value = other_config.text("priority-tags");
    if (value == "if-nonzero" || value == "true")
        return BVS_PRIORITY_TAGS_IF_NONZERO;
    if (value == "always")
        return BVS_PRIORITY_TAGS_ALWAYS;
    if (!value.empty() && value != "never" && value != "no" && value != "false")
        other_config.warn("priority-tags", "is none of never, if-nonzero, always; using never");
    return BVS_PRIORITY_TAGS_NEVER;
}

std::uint16_t tunnel_tpid_of(Settings &other_config) {
    const auto value = other_config.text("qinq-ethtype");
    if (value == "802.1q")
        return 0x8100;
    if (!value.empty() && value != "802.1ad")
        other_config.warn("qinq-ethtype", "is neither 802.1ad nor 802.1q; using 802.1ad");
    return 0x88a8;
}

void warn_of_contradictions(const VlanRequest &request, bvs_vlan_mode mode, std::string_view port,
                            Warnings &warnings) {
    const auto ignored = [&](std::string_view column, std::string_view why) {
        warnings.push_back(fmt::format("port {}: ignoring {}, {}", port, column, why));
    };
    if (mode == BVS_VLAN_ACCESS && !request.trunks.empty())
        ignored("trunks", request.mode.empty() ? "as tag alone makes an access port"
                                               : "as vlan_mode is access");
    if (mode != BVS_VLAN_DOT1Q_TUNNEL && !request.cvlans.empty())
        ignored("cvlans", "as vlan_mode is not dot1q-tunnel");
    if (mode == BVS_VLAN_DOT1Q_TUNNEL && !request.trunks.empty())
        ignored("trunks", "as vlan_mode is dot1q-tunnel");
    if (mode == BVS_VLAN_TRUNK && request.tag)
        ignored("tag", "as vlan_mode is trunk");
}

} // namespace

VlanSet to_vlan_set(const std::vector<std::int64_t> &vlans) {
    VlanSet set;
    for (const auto vlan : vlans)
        if (vlan >= 0 && vlan < BVS_VLANS)
            set.set(static_cast<std::size_t>(vlan));
    return set;
}

VlanSettings settle(const VlanRequest &request, Settings &other_config, std::string_view port,
                    Warnings &warnings) {
    VlanSettings settings{.mode = mode_of(request),
                          .tunnel_tpid = tunnel_tpid_of(other_config),
                          .priority_tags = priority_tags_of(other_config)};
    if (settings.mode != BVS_VLAN_TRUNK && request.tag)
        settings.tag = static_cast<std::uint16_t>(*request.tag & (BVS_VLANS - 1));
    settings.list = list_of(request, settings);
    warn_of_contradictions(request, settings.mode, port, warnings);
    return settings;
}

} // namespace bvs::model
