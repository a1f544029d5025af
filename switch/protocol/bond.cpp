// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/bond.h"

#include <algorithm>

namespace bvs::protocol {

bool admits(const BondAdmission &admission, const BondFrame &frame) {
    if (!(frame.multicast ? admission.multicast : admission.unicast))
        return false;
    const bool believed = frame.gratuitous_arp && !frame.arp_locked;
    return !admission.unless_moved || !frame.moved || believed;
}

Bytes announcement(const model::Mac &source, std::uint16_t vlan) {
    constexpr model::Mac k_everybody = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    Writer writer;
    writer.mac(k_everybody).mac(source);
    if (vlan)
        writer.u16(0x8100).u16(vlan);
    writer.u16(0x8035).u16(1).u16(0x0800).u8(6).u8(4).u16(3);
    writer.mac(source).u32(0).mac(source).u32(0);
    return writer.fill().take();
}

Bond::Bond(const BondSettings &settings, Time now)
    : settings_(settings), next_rebalance_(now + settings.rebalance_interval) {}

void Bond::configure(const BondSettings &settings, Time now) {
    if (settings == settings_)
        return;
    if (settings.rebalance_interval != settings_.rebalance_interval)
        next_rebalance_ = now + settings.rebalance_interval;
    settings_ = settings;
    changed_ = elects_ = true;
}

void Bond::set_member(PortId id, const BondMember &who, bool usable) {
    const auto [place, is_new] = members_.try_emplace(id);
    auto &member = place->second;
    if (!is_new && member.who == who && member.usable == usable)
        return;
    member.who = who;
    member.usable = usable;
    if (is_new)
        member.enabled = usable;
    changed_ = elects_ = true;
}

void Bond::remove_member(PortId id) {
    changed_ |= members_.erase(id) > 0;
    if (active_ == id)
        active_.reset();
}

void Bond::set_usable(PortId id, bool usable) {
    const auto found = members_.find(id);
    if (found != members_.end())
        found->second.usable = usable;
}

void Bond::set_lacp(LacpStatus status) {
    changed_ |= status != lacp_;
    lacp_ = status;
}

BondWishes Bond::run(Time now) {
    BondWishes wishes;
    for (auto &[id, member] : members_)
        settle(member, now, wishes);
    elect(now, wishes);
    if (changed_ || wishes.changed)
        wishes.announce = buckets_.assign(enabled_members());
    if (announces_all_)
        wishes.announce.set();
    // A partner of LACP knows what happened, and to the active one's it means nothing.
    if (lacp_ == LacpStatus::negotiated || (!balances() && !announces_all_))
        wishes.announce.reset();
    rebalance(now, wishes);
    wishes.changed |= std::exchange(changed_, false);
    announces_all_ = false;
    return wishes;
}

std::optional<Time> Bond::next() const {
    std::optional<Time> next;
    const auto consider = [&](Time time) { next = next ? std::min(*next, time) : time; };
    for (const auto &[id, member] : members_)
        if (member.changes_at)
            consider(*member.changes_at);
    if (balances() && settings_.rebalance_interval.count() > 0)
        consider(next_rebalance_);
    return next;
}

void Bond::settle(Member &member, Time now, BondWishes &wishes) const {
    const auto name = member.who.name;
    const auto becomes = member.usable ? "enabled" : "disabled";
    if (member.usable == member.enabled) {
        if (member.changes_at)
            wishes.news.push_back(fmt::format("member {}: will not be {}", name,
                                              member.enabled ? "disabled" : "enabled"));
        member.changes_at.reset();
        return;
    }
    if (!member.changes_at) {
        const auto delay = member.usable ? settings_.updelay : settings_.downdelay;
        member.changes_at = now + delay;
        if (delay.count() > 0)
            wishes.news.push_back(fmt::format("member {}: will be {} if it stays {} for {} ms",
                                              name, becomes, member.usable ? "up" : "down",
                                              delay.count()));
    }
    if (now >= *member.changes_at)
        enable(member, member.usable, wishes);
}

void Bond::enable(Member &member, bool on, BondWishes &wishes) {
    member.enabled = on;
    member.changes_at.reset();
    wishes.changed = true;
    wishes.news.push_back(
        fmt::format("member {}: {}", member.who.name, on ? "enabled" : "disabled"));
}

// In this order: the primary, the present one, the one it was before a restart, any that is
// enabled, and if none is, the one whose updelay ends first.
std::optional<PortId> Bond::choose() const {
    std::optional<PortId> best;
    const auto rank = [&](PortId id) {
        const auto &member = members_.at(id);
        const bool waits = !member.enabled;
        const bool is_primary =
            output() == BondOutput::active && member.who.name == settings_.primary;
        return std::tuple(waits, !is_primary, active_ != id,
                          member.who.mac != settings_.last_active,
                          member.changes_at.value_or(Time::min()), member.who.name);
    };
    for (const auto &[id, member] : members_) {
        const bool may_be = member.enabled || (member.usable && member.changes_at);
        if (may_be && (!best || rank(id) < rank(*best)))
            best = id;
    }
    return best;
}

void Bond::elect(Time now, BondWishes &wishes) {
    const auto *present = active_member();
    // The primary comes back when it is enabled, but whom a person chose may stay till then.
    const bool is_new_choice = std::exchange(elects_, false) || wishes.changed;
    if (present && present->enabled && !is_new_choice)
        return;
    const auto chosen = choose();
    if (chosen && !members_.at(*chosen).enabled) {
        auto &member = members_.at(*chosen);
        const auto left = std::chrono::ceil<Milliseconds>(*member.changes_at - now);
        wishes.news.push_back(fmt::format("bond {}: not waiting {} ms for {}, since no member is "
                                          "enabled",
                                          settings_.name, left.count(), member.who.name));
        enable(member, true, wishes);
    }
    if (chosen == active_)
        return;
    wishes.changed = true;
    active_ = chosen;
    announces_all_ = chosen && output() == BondOutput::active;
    wishes.news.push_back(chosen ? fmt::format("bond {}: active member is now {}", settings_.name,
                                               members_.at(*chosen).who.name)
                                 : fmt::format("bond {}: all members disabled", settings_.name));
}

void Bond::rebalance(Time now, BondWishes &wishes) {
    if (!balances() || settings_.rebalance_interval.count() == 0 || now < next_rebalance_)
        return;
    next_rebalance_ = now + settings_.rebalance_interval;
    for (const auto &move : buckets_.rebalance(enabled_members())) {
        wishes.changed = true;
        wishes.news.push_back(fmt::format("bond {}: moved {} kB of load (hash {}) from {} to {}",
                                          settings_.name, move.load / 1024, move.bucket,
                                          members_.at(move.from).who.name,
                                          members_.at(move.to).who.name));
    }
}

BondOutput Bond::output() const {
    if (lacp_ == LacpStatus::configured)
        return settings_.fallback_active_backup ? BondOutput::active : BondOutput::nobody;
    switch (settings_.mode) {
    case BondMode::active_backup:
        return BondOutput::active;
    case BondMode::balance_slb:
        return BondOutput::by_bucket;
    case BondMode::balance_tcp:
        // Members' far ends may be different switches unless LACP has said otherwise.
        return lacp_ == LacpStatus::negotiated ? BondOutput::by_bucket : BondOutput::nobody;
    }
    return BondOutput::nobody;
}

std::optional<PortId> Bond::carrier_of(std::size_t bucket) const {
    switch (output()) {
    case BondOutput::nobody:
        return std::nullopt;
    case BondOutput::active:
        return active_;
    case BondOutput::by_bucket:
        return buckets_.member(bucket);
    }
    return std::nullopt;
}

BondAdmission Bond::admission(PortId id) const {
    if (!enabled(id) || output() == BondOutput::nobody)
        return {};
    // A partner that agreed on aggregation sends each frame once.
    if (lacp_ == LacpStatus::negotiated)
        return {.unicast = true, .multicast = true};
    const bool is_active = active_ == id;
    if (output() == BondOutput::active)
        return {.unicast = is_active, .multicast = is_active};
    return {.unicast = true,
            .multicast = is_active || settings_.all_members_active,
            .unless_moved = true};
}

bool Bond::enabled(PortId id) const {
    const auto found = members_.find(id);
    return found != members_.end() && found->second.enabled;
}

std::optional<model::Mac> Bond::active_mac() const {
    return active_ ? std::optional(members_.at(*active_).who.mac) : std::nullopt;
}

Bond::Member *Bond::active_member() {
    return active_ ? &members_.at(*active_) : nullptr;
}

std::vector<PortId> Bond::enabled_members() const {
    std::vector<PortId> enabled;
    for (const auto &[id, member] : members_)
        if (member.enabled)
            enabled.push_back(id);
    return enabled;
}

Bond::Members::iterator Bond::find(std::string_view name) {
    return std::ranges::find_if(members_,
                                [&](const auto &entry) { return entry.second.who.name == name; });
}

Result<std::string> Bond::set_active(std::string_view name) {
    const auto found = find(name);
    if (found == members_.end())
        return fail("no such member");
    if (!found->second.enabled)
        return fail("cannot make disabled member active");
    if (active_ == found->first)
        return "no change";
    active_ = found->first;
    announces_all_ = output() == BondOutput::active;
    changed_ = true;
    return "done";
}

Result<std::string> Bond::set_enabled(std::string_view name, bool on) {
    const auto found = find(name);
    if (found == members_.end())
        return fail("no such member");
    found->second.enabled = on;
    found->second.changes_at.reset();
    changed_ = true;
    return on ? "enabled" : "disabled";
}

Result<std::string> Bond::migrate(std::size_t bucket, std::string_view name) {
    if (settings_.mode != BondMode::balance_slb)
        return fail("not an SLB bond");
    const auto found = find(name);
    if (found == members_.end())
        return fail("no such member");
    if (!found->second.enabled)
        return fail("cannot migrate to disabled member");
    buckets_.move(bucket % BondBuckets::k_count, found->first);
    changed_ = true;
    return "migrated";
}

} // namespace bvs::protocol
