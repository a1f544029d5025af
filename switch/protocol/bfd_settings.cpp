// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bfd_settings.h"

#include "switch/model/ip_address.h"

#include <fmt/format.h>

namespace bvs::protocol {

namespace {

// The longest interval that a packet can speak of, in whole milliseconds.
constexpr std::uint32_t k_most = 4'294'967;

void take(model::Settings &settings, std::string_view key, std::uint32_t least,
          Milliseconds &into) {
    if (const auto number = settings.number(key, least, k_most))
        into = Milliseconds(*number);
}

bool take_ip(model::Settings &settings, std::string_view key, std::uint32_t &into) {
    const auto text = settings.text(key);
    if (text.empty())
        return false;
    const auto address = model::parse_ip_address(text);
    const bool is_host = address && address->is_v4() && !address->is_multicast();
    if (is_host)
        into = static_cast<std::uint32_t>(address->bits().low);
    else
        settings.warn(key, "is not the IPv4 address of a host");
    return is_host;
}

} // namespace

std::optional<BfdSettings> settle_bfd(const std::string &interface, const model::StringMap &bfd,
                                      model::Warnings &warnings) {
    model::Settings settings(bfd, fmt::format("interface {}", interface), warnings);
    if (!settings.flag("enable"))
        return std::nullopt;
    BfdSettings result;
    take(settings, "min_rx", 1, result.min_rx);
    take(settings, "min_tx", 1, result.min_tx);
    take(settings, "decay_min_rx", 0, result.decay_min_rx);
    if (result.decay_min_rx.count() > 0 && result.decay_min_rx < result.min_rx) {
        settings.warn("decay_min_rx", "is less than min_rx; it is not used");
        result.decay_min_rx = Milliseconds(0);
    }
    result.multiplier =
        static_cast<std::uint8_t>(settings.number("mult", 1, 255).value_or(result.multiplier));
    result.forwarding_if_rx = settings.flag("forwarding_if_rx");
    result.cpath_down = settings.flag("cpath_down");
    result.check_tunnel_key = settings.flag("check_tnl_key");
    result.oam = settings.flag("oam");
    result.local_source = settings.mac("bfd_local_src_mac");
    result.local_destination = settings.mac("bfd_local_dst_mac").value_or(result.local_destination);
    result.remote_destination = settings.mac("bfd_remote_dst_mac");
    result.checks_ip = take_ip(settings, "bfd_src_ip", result.source_ip);
    take_ip(settings, "bfd_dst_ip", result.destination_ip);
    return result;
}

} // namespace bvs::protocol
