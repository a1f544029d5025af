// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/snooping.h"

#include <charconv>

namespace bvs::protocol {

namespace {

using namespace std::chrono_literals;

constexpr auto k_router_ageing = 180s; // as ovs-vswitchd has it
// The last member query time of RFC 2236, 8.8 and 8.9: two questions a second apart.
constexpr auto k_last_member = 2s;
constexpr int k_robustness = 2;

} // namespace

SnoopingSettings settle_snooping(const std::string &bridge, const model::StringMap &other_config,
                                 model::Warnings &warnings) {
    model::Settings settings(other_config, fmt::format("bridge {}", bridge), warnings);
    SnoopingSettings snooping;
    if (const auto seconds = settings.number("mcast-snooping-aging-time", 15, 3600))
        snooping.ageing = std::chrono::seconds(*seconds);
    if (const auto groups = settings.number("mcast-snooping-table-size", 10, 1'000'000))
        snooping.table_size = *groups;
    snooping.flood_unregistered = !settings.flag("mcast-snooping-disable-flood-unregistered");
    return snooping;
}

namespace {

std::optional<SnoopingKey> parse_key(std::string_view text) {
    SnoopingKey key;
    const auto at = text.find('@');
    const auto group = model::parse_ip_address(text.substr(0, at));
    if (!group)
        return std::nullopt;
    key.group = *group;
    if (at == text.npos)
        return key;
    const auto vlan = text.substr(at + 1);
    const auto *end = vlan.data() + vlan.size();
    if (std::from_chars(vlan.data(), end, key.vlan).ptr != end || vlan.empty() ||
        key.vlan >= BVS_VLANS)
        return std::nullopt;
    return key;
}

} // namespace

SnoopingPort settle_snooping_port(const std::string &port, const model::StringMap &other_config,
                                  model::Warnings &warnings) {
    constexpr std::string_view k_static = "mcast-snooping-static";
    model::Settings settings(other_config, fmt::format("port {}", port), warnings);
    SnoopingPort snooping{.flood = settings.flag("mcast-snooping-flood"),
                          .flood_reports = settings.flag("mcast-snooping-flood-reports"),
                          .groups = {}};
    auto rest = settings.text(k_static);
    while (!rest.empty()) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto text = rest.substr(0, comma);
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        const auto key = parse_key(text);
        if (key && key->group.is_multicast() && !is_link_local_group(key->group))
            snooping.groups.insert(*key);
        else
            settings.warn(k_static,
                          fmt::format("has {}, which is no group that can be joined; write "
                                      "GROUP or GROUP@VLAN, with commas between",
                                      text));
    }
    return snooping;
}

void Snooping::configure(const SnoopingSettings &settings) {
    if (settings == settings_)
        return;
    settings_ = settings;
    make_room(0);
    revision_++;
}

void Snooping::set_port(PortId port, bool flood, bool flood_reports) {
    const auto [place, is_new] = ports_.try_emplace(port);
    const Port wanted{flood, flood_reports};
    revision_ += is_new || place->second != wanted;
    place->second = wanted;
}

void Snooping::remove_port(PortId port) {
    ports_.erase(port);
    std::erase_if(routers_, [&](const auto &router) { return router.first.second == port; });
    for (const auto &key : groups())
        forget(key, port);
    revision_++;
}

GroupDelivery Snooping::receive(std::uint16_t vlan, PortId port, const GroupMessage &message,
                                Time now) {
    if (message.kind == GroupMessage::Kind::report) {
        for (const auto &[group, joins] : message.changes)
            if (is_link_local_group(group))
                continue;
            else if (joins)
                join({vlan, group}, port, now);
            else
                leave({vlan, group}, port, now);
        return to_routers(vlan, &Port::flood_reports);
    }
    // Who asks on behalf of nobody is a switch, not a router (RFC 4541, 2.1.1).
    const bool is_router = !message.source.is_none() && message.source != model::IpAddress::v4(0);
    if (is_router) {
        const auto [place, is_new] = routers_.insert_or_assign({vlan, port}, now);
        revision_ += is_new;
    }
    if (message.kind == GroupMessage::Kind::query && !message.group.is_none() &&
        !settings_.leave_at_once)
        shorten({vlan, message.group}, now + k_robustness * message.max_response);
    return {.everywhere = true};
}

void Snooping::join(const Key &key, PortId port, Time now) {
    if (!groups_.contains(key))
        make_room(1);
    if (!groups_.contains(key) && groups_.size() >= settings_.table_size)
        return; // all of it is configured
    const auto [place, is_new] = groups_[key].try_emplace(port);
    auto &membership = place->second;
    revision_ += is_new;
    membership.seen = now;
    if (is_new || membership.expires)
        expect(key, port, membership, now + settings_.ageing);
}

void Snooping::leave(const Key &key, PortId port, Time now) {
    const auto group = groups_.find(key);
    if (group == groups_.end())
        return;
    const auto member = group->second.find(port);
    if (member == group->second.end() || !member->second.expires)
        return;
    if (settings_.leave_at_once)
        forget(key, port);
    else
        expect(key, port, member->second, std::min(*member->second.expires, now + k_last_member));
}

// A router asks whether anybody is left; who does not answer till then is not.
void Snooping::shorten(const Key &key, Time until) {
    const auto group = groups_.find(key);
    if (group == groups_.end())
        return;
    for (auto &[port, membership] : group->second)
        if (membership.expires && *membership.expires > until)
            expect(key, port, membership, until);
}

void Snooping::expect(const Key &key, PortId port, Membership &membership, Time until) {
    if (membership.expires)
        expiries_.erase({*membership.expires, key, port});
    membership.expires = until;
    expiries_.insert({until, key, port});
}

void Snooping::forget(const Key &key, PortId port) {
    const auto group = groups_.find(key);
    const auto member = group->second.find(port);
    if (member == group->second.end())
        return;
    if (member->second.expires)
        expiries_.erase({*member->second.expires, key, port});
    group->second.erase(member);
    if (group->second.empty())
        groups_.erase(group);
    revision_++;
}

void Snooping::make_room(std::size_t groups) {
    while (groups_.size() + groups > settings_.table_size && !expiries_.empty()) {
        const auto [time, key, port] = *expiries_.begin();
        forget(key, port);
    }
}

Result<> Snooping::add_static(std::uint16_t vlan, const model::IpAddress &group, PortId port) {
    if (!group.is_multicast() || is_link_local_group(group))
        return fail("{} is not a group that can be joined", model::to_string(group));
    const Key key{vlan, group};
    if (!groups_.contains(key))
        make_room(1);
    if (!groups_.contains(key) && groups_.size() >= settings_.table_size)
        return fail("no room for {}: {} groups are configured already", model::to_string(group),
                    groups_.size());
    auto &membership = groups_[key][port];
    if (membership.expires)
        expiries_.erase({*membership.expires, key, port});
    membership.expires.reset();
    revision_++;
    return {};
}

Result<> Snooping::remove_static(std::uint16_t vlan, const model::IpAddress &group, PortId port) {
    const auto found = groups_.find({vlan, group});
    const bool is_static =
        found != groups_.end() && found->second.contains(port) && !found->second.at(port).expires;
    if (!is_static)
        return fail("{} is not configured at that port in VLAN {}", model::to_string(group), vlan);
    forget({vlan, group}, port);
    return {};
}

void Snooping::run(Time now) {
    while (!expiries_.empty() && std::get<Time>(*expiries_.begin()) <= now) {
        const auto [time, key, port] = *expiries_.begin();
        forget(key, port);
    }
    revision_ += std::erase_if(
        routers_, [&](const auto &router) { return router.second + k_router_ageing <= now; });
}

std::optional<Time> Snooping::next() const {
    std::optional<Time> next;
    if (!expiries_.empty())
        next = std::get<Time>(*expiries_.begin());
    for (const auto &[where, seen] : routers_)
        next = std::min(next.value_or(Time::max()), seen + k_router_ageing);
    return next;
}

void Snooping::flush() {
    while (!expiries_.empty()) {
        const auto [time, key, port] = *expiries_.begin();
        forget(key, port);
    }
    routers_.clear();
    revision_++;
}

GroupDelivery Snooping::to_routers(std::uint16_t vlan, bool Port::*also) const {
    GroupDelivery delivery;
    for (const auto &[where, seen] : routers_)
        if (where.first == vlan)
            delivery.ports.insert(where.second);
    for (const auto &[port, settings] : ports_)
        if (settings.*also)
            delivery.ports.insert(port);
    return delivery;
}

GroupDelivery Snooping::deliver(std::uint16_t vlan, const model::IpAddress &group) const {
    const auto found = groups_.find({vlan, group});
    const bool is_known = found != groups_.end();
    if (is_link_local_group(group) || (!is_known && settings_.flood_unregistered))
        return {.everywhere = true};
    auto delivery = to_routers(vlan, &Port::flood);
    if (is_known)
        for (const auto &[port, membership] : found->second)
            delivery.ports.insert(port);
    return delivery;
}

std::vector<Snooping::Key> Snooping::groups() const {
    std::vector<Key> keys;
    for (const auto &[key, members] : groups_)
        keys.push_back(key);
    return keys;
}

std::set<std::uint16_t> Snooping::vlans() const {
    std::set<std::uint16_t> vlans;
    for (auto at = groups_.begin(); at != groups_.end();) {
        const auto vlan = at->first.vlan;
        vlans.insert(vlan);
        at = groups_.lower_bound({.vlan = static_cast<std::uint16_t>(vlan + 1), .group = {}});
    }
    return vlans;
}

std::vector<Snooping::Entry> Snooping::entries() const {
    std::vector<Entry> entries;
    for (const auto &[key, members] : groups_)
        for (const auto &[port, member] : members)
            entries.push_back(
                {key, port, member.expires ? std::optional(member.seen) : std::nullopt});
    for (const auto &[where, seen] : routers_)
        entries.push_back({{.vlan = where.first, .group = {}}, where.second, seen});
    return entries;
}

std::string Snooping::show(Time now, const std::function<std::string(PortId)> &name) const {
    const auto age = [&](Time seen) {
        return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now - seen).count());
    };
    std::string text = " port  VLAN  GROUP                Age\n";
    for (const auto &[key, port, seen] : entries())
        if (key.group.is_none())
            text += fmt::format("{:>5}  {:>4}  querier             {:>3}\n", name(port), key.vlan,
                                age(*seen));
        else
            text += fmt::format("{:>5}  {:>4}  {}         {:>3}\n", name(port), key.vlan,
                                model::to_string(key.group), seen ? age(*seen) : "static");
    return text;
}

} // namespace bvs::protocol
