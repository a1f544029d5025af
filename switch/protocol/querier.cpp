// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/querier.h"

#include "switch/protocol/group_message.h"
#include "switch/protocol/group_query.h"

namespace bvs::protocol {

namespace {

using model::IpAddress;

constexpr unsigned k_robustness = 2;

IpAddress nobody() {
    return IpAddress::v4(0);
}

// Modified EUI-64 (RFC 4291, appendix A).
IpAddress link_local_of(const model::Mac &mac) {
    const auto number = model::to_number(mac) ^ std::uint64_t{2} << 40;
    return IpAddress({.high = 0xfe80'0000'0000'0000,
                      .low = number >> 24 << 40 | 0xff'fe00'0000 | (number & 0xff'ffff)});
}

// The address that a setting has, if it is one of those wanted.
template <typename Wanted>
IpAddress read_address(model::Settings &settings, std::string_view key, const IpAddress &otherwise,
                       Wanted is_wanted, std::string_view why) {
    const auto text = settings.text(key);
    if (text.empty())
        return otherwise;
    const auto parsed = model::parse_ip_address(text);
    if (parsed && is_wanted(*parsed))
        return *parsed;
    settings.warn(key, fmt::format("{}; using {}", why, model::to_string(otherwise)));
    return otherwise;
}

} // namespace

std::optional<QuerierSettings> settle_querier(const std::string &bridge, const model::Mac &mac,
                                              std::chrono::seconds ageing,
                                              const model::StringMap &other_config,
                                              model::Warnings &warnings) {
    constexpr unsigned k_most_response = 10;
    model::Settings settings(other_config, fmt::format("bridge {}", bridge), warnings);
    if (!settings.flag("mcast-snooping-querier"))
        return std::nullopt;
    // One query in two may be lost until what it asks for has aged.
    const auto most = static_cast<std::uint32_t>((ageing / k_robustness).count());
    const auto interval = settings.number("mcast-snooping-query-interval", 1, most).value_or(most);
    const auto max_response = settings.number("mcast-snooping-query-max-response", 1,
                                              std::min(interval, k_most_response));
    const auto source = settings.mac("mcast-snooping-eth-src").value_or(mac);
    return QuerierSettings{
        .interval = std::chrono::seconds(interval),
        .max_response = std::chrono::seconds(max_response.value_or(1)),
        .mac = source,
        .ip4 = read_address(
            settings, "mcast-snooping-ip4-src", nobody(),
            [](const IpAddress &ip) { return ip.is_v4() && !ip.is_multicast(); },
            "is not the IPv4 address of a host"),
        .ip6 = read_address(
            settings, "mcast-snooping-ip6-src", link_local_of(source), is_link_local,
            "is not a link-local address of IPv6, which hosts want queries to be from")};
}

void Querier::configure(const QuerierSettings &settings) {
    if (settings == settings_)
        return;
    settings_ = settings;
    for (auto &[domain, duty] : duties_)
        duty = {};
}

void Querier::set_vlans(const std::set<std::uint16_t> &vlans) {
    std::erase_if(duties_, [&](const auto &duty) { return !vlans.contains(duty.first.vlan); });
    for (const auto vlan : vlans)
        for (const bool v4 : {true, false})
            duties_.try_emplace({.vlan = vlan, .v4 = v4});
}

bool Querier::yields_to(const IpAddress &source) const {
    const auto &mine = address(source.is_v4());
    return source != nobody() && (mine == nobody() || source < mine);
}

void Querier::receive(std::uint16_t vlan, const IpAddress &source, Time now) {
    const auto place = duties_.find({.vlan = vlan, .v4 = source.is_v4()});
    if (place == duties_.end() || !yields_to(source))
        return;
    const Milliseconds max_response = settings_.max_response;
    place->second = {.next = now + k_robustness * settings_.interval + max_response / 2,
                     .startup = 0,
                     .other = source};
}

std::vector<Bytes> Querier::run(Time now) {
    std::vector<Bytes> frames;
    for (auto &[domain, duty] : duties_) {
        if (duty.next > now)
            continue;
        duty.other = {};
        duty.startup -= duty.startup > 0;
        const Milliseconds interval = settings_.interval;
        duty.next = now + (duty.startup ? interval / 4 : interval);
        frames.push_back(encode_general_query({.mac = settings_.mac,
                                               .vlan = domain.vlan,
                                               .source = address(domain.v4),
                                               .robustness = k_robustness,
                                               .interval = settings_.interval,
                                               .max_response = settings_.max_response}));
    }
    return frames;
}

std::string Querier::show() const {
    std::string text;
    for (const auto &[domain, duty] : duties_) {
        const auto where =
            fmt::format("Querier of {} in VLAN {}", domain.v4 ? "IGMP" : "MLD", domain.vlan);
        const auto &asks = duty.other.is_none() ? address(domain.v4) : duty.other;
        text += fmt::format("  {:<33}: {}{}\n", where, model::to_string(asks),
                            duty.other.is_none() ? " (this bridge)" : "");
    }
    return text;
}

} // namespace bvs::protocol
