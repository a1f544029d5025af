// SPDX-License-Identifier: Apache-2.0
#include "switch/protocol/lacp.h"

#include <algorithm>
#include <tuple>

namespace bvs::protocol {

namespace {

using namespace std::chrono_literals;

constexpr auto k_fast = 1000ms, k_slow = 30000ms;
constexpr int k_periods = 3;
constexpr auto k_burst_time = k_fast; // in which a link sees no more PDUs than the ring has places
// A peer that asks faster than this is asked to wait by silence.
constexpr std::size_t k_most_markers = 8;

// What makes a PDU due at once when the other side does not know it (6.4.16).
auto essentials(const LacpParty &party) {
    using namespace lacp_state;
    return std::tuple(party.port, party.port_priority, party.system, party.system_priority,
                      party.key, party.state & (activity | timeout | synchronized | aggregation));
}

std::optional<Time> earlier(std::optional<Time> left, std::optional<Time> right) {
    if (!left || !right)
        return left ? left : right;
    return std::min(*left, *right);
}

} // namespace

void Lacp::configure(const LacpSettings &settings, Time now) {
    if (settings == settings_)
        return;
    const bool other_timing = settings.fast != settings_.fast;
    settings_ = settings;
    for (auto &[id, member] : members_)
        if (other_timing && member.status == Status::current)
            member.listens_until = now + k_periods * (settings.fast ? k_fast : k_slow);
    select();
}

void Lacp::set_member(PortId id, const LacpMemberSettings &settings, Time now) {
    const auto [place, is_new] = members_.try_emplace(id);
    auto &member = place->second;
    if (is_new)
        member.joined = joined_++;
    const auto identity = [](const LacpMemberSettings &of) {
        return std::tuple(of.port, of.priority, of.key);
    };
    const bool other_identity = !is_new && identity(member.settings) != identity(settings);
    member.settings = settings;
    // The partner is to agree anew with who the member is now.
    if (other_identity && member.carrier && (settings_.active || member.status == Status::current))
        expire(member, now);
    select();
}

void Lacp::remove_member(PortId id) {
    members_.erase(id);
    select();
}

void Lacp::set_carrier(PortId id, bool up, Time now) {
    const auto found = members_.find(id);
    if (found == members_.end() || found->second.carrier == up)
        return;
    auto &member = found->second;
    member.carrier = up;
    member.statistics.carrier_changes++;
    member.markers.clear();
    member.told.reset();
    if (member.status == Status::current || settings_.active)
        expire(member, now);
    select();
}

Result<> Lacp::receive(PortId id, ByteSpan frame, Time now) {
    const auto found = members_.find(id);
    if (found == members_.end())
        return fail("an LACP frame from port {}, which is no member", id);
    auto &member = found->second;
    // Carrier is reported late by some devices, and a link that is down has said nothing.
    if (!member.carrier)
        return fail("an LACP frame from {}, which has no carrier", member.settings.name);
    member.statistics.received++;
    const auto pdu = decode_slow_frame(frame);
    if (!pdu) {
        member.statistics.bad++;
        return fail("{} received {}", member.settings.name, pdu.error().message);
    }
    if (const auto *lacp = std::get_if<LacpPdu>(&*pdu)) {
        hear(member, *lacp, now);
    } else if (const auto &marker = std::get<Marker>(*pdu); !marker.response) {
        member.statistics.markers++;
        if (member.markers.size() < k_most_markers)
            member.markers.push_back(marker);
    }
    return {};
}

void Lacp::hear(Member &member, const LacpPdu &pdu, Time now) {
    const bool is_news = member.status != Status::current || member.partner != pdu.actor;
    member.status = Status::current;
    member.listens_until = now + k_periods * (settings_.fast ? k_fast : k_slow);
    member.told = pdu.partner;
    // A partner that has come to want PDUs more often does not wait for the next as planned.
    const bool hurried =
        !(member.partner.state & lacp_state::timeout) && (pdu.actor.state & lacp_state::timeout);
    if (hurried && member.sends_at)
        member.sends_at = std::min(*member.sends_at, now + k_fast);
    member.partner = pdu.actor;
    if (is_news)
        select();
}

// For three seconds, the partner is believed to be the one it was, out of sync.
void Lacp::expire(Member &member, Time now) {
    member.status = Status::expired;
    member.partner.state |= lacp_state::timeout;
    member.partner.state &= static_cast<std::uint8_t>(~lacp_state::synchronized);
    member.listens_until = now + k_periods * k_fast;
    member.sends_at = now;
}

void Lacp::time_out(Member &member, Time now) {
    if (!member.listens_until || now < *member.listens_until)
        return;
    if (member.status == Status::current) {
        member.statistics.expired++;
        expire(member, now);
        return;
    }
    member.statistics.defaulted++;
    member.status = Status::defaulted;
    member.partner = {};
    member.listens_until.reset();
    select();
}

LacpParty Lacp::actor(const Member &member) const {
    using namespace lacp_state;
    unsigned state = 0;
    const auto put = [&](bool holds, std::uint8_t bit) { state |= holds ? bit : 0u; };
    put(settings_.active, activity);
    put(settings_.fast, timeout);
    put(members_.size() > 1, aggregation);
    put(member.attached, synchronized);
    put(member.attached || !negotiated_, collecting | distributing);
    put(member.status == Status::defaulted, defaulted);
    put(member.status == Status::expired, expired);
    return {.system_priority = settings_.priority,
            .system = settings_.system,
            .key = member.settings.key ? member.settings.key : default_key(),
            .port_priority = member.settings.priority,
            .port = member.settings.port,
            .state = static_cast<std::uint8_t>(state)};
}

std::uint16_t Lacp::default_key() const {
    const auto first = std::ranges::min_element(
        members_, {}, [](const auto &entry) { return entry.second.joined; });
    return first == members_.end() ? 0 : first->second.settings.port;
}

// Both ends have to come to the same order, so it is the better system's that counts.
bool Lacp::is_better(const Member &left, const Member &right) const {
    const auto rank = [&](const Member &member) {
        const auto ours = actor(member);
        const auto &theirs = member.partner;
        const bool we_decide = std::tie(ours.system_priority, ours.system) <=
                               std::tie(theirs.system_priority, theirs.system);
        const auto &decides = we_decide ? ours : theirs;
        return std::tuple(decides.system_priority, decides.system, decides.port_priority,
                          decides.port);
    };
    return rank(left) < rank(right);
}

bool Lacp::goes_with(const Member &member, const Member &lead) const {
    const auto group = [&](const Member &of) {
        return std::tuple(of.partner.system_priority, of.partner.system, of.partner.key,
                          actor(of).key);
    };
    // A partner's link that is an individual one goes with no other.
    const auto both = member.partner.state & lead.partner.state;
    return &member == &lead || (group(member) == group(lead) && (both & lacp_state::aggregation));
}

void Lacp::select() {
    const Member *lead = nullptr;
    for (auto &[id, member] : members_) {
        const bool has_partner = member.carrier && member.status != Status::defaulted &&
                                 member.partner.system != model::Mac{};
        const bool is_loop = member.partner.system == settings_.system;
        if (has_partner && !is_loop && (!lead || is_better(member, *lead)))
            lead = &member;
    }
    negotiated_ = lead != nullptr;
    for (auto &[id, member] : members_)
        if (lead)
            member.attached = member.status != Status::defaulted && goes_with(member, *lead);
        else
            member.attached =
                settings_.fallback_active_backup && member.status == Status::defaulted;
}

bool Lacp::may_carry(const Member &member) const {
    if (!member.carrier || !member.attached)
        return false;
    return member.status == Status::defaulted || (member.partner.state & lacp_state::synchronized);
}

bool Lacp::speaks(const Member &member) const {
    return member.carrier && (settings_.active || member.status != Status::defaulted);
}

bool Lacp::has_news(const Member &member) const {
    return !member.told || essentials(*member.told) != essentials(actor(member));
}

// The partner chooses; while there is none, we do.
Milliseconds Lacp::period(const Member &member) const {
    const bool fast = member.status == Status::defaulted
                          ? settings_.fast
                          : (member.partner.state & lacp_state::timeout) != 0;
    return fast ? k_fast : k_slow;
}

Time Lacp::may_send_from(const Member &member) const {
    const auto &oldest = member.last_sent[member.oldest_sent];
    return oldest ? *oldest + k_burst_time : Time::min();
}

void Lacp::send(PortId id, Member &member, Time now, std::vector<Outgoing> &out) const {
    for (const auto &marker : std::exchange(member.markers, {})) {
        auto answer = marker;
        answer.response = true;
        out.push_back({id, encode_slow_frame(member.settings.mac, answer)});
    }
    const bool due = !member.sends_at || now >= *member.sends_at || has_news(member);
    if (!speaks(member) || !due || now < may_send_from(member))
        return;
    const LacpPdu pdu{.actor = actor(member), .partner = member.partner};
    out.push_back({id, encode_slow_frame(member.settings.mac, pdu)});
    member.statistics.sent++;
    member.told = pdu.actor;
    member.sends_at = now + period(member);
    member.last_sent[member.oldest_sent] = now;
    member.oldest_sent = (member.oldest_sent + 1) % member.last_sent.size();
}

std::vector<Outgoing> Lacp::run(Time now) {
    for (auto &[id, member] : members_)
        time_out(member, now);
    std::vector<Outgoing> out;
    for (auto &[id, member] : members_)
        send(id, member, now, out);
    return out;
}

std::optional<Time> Lacp::next() const {
    std::optional<Time> next;
    for (const auto &[id, member] : members_) {
        next = earlier(next, member.listens_until);
        if (!member.markers.empty())
            return Time::min();
        if (!speaks(member))
            continue;
        const bool at_once = !member.sends_at || has_news(member);
        next = earlier(next,
                       std::max(at_once ? Time::min() : *member.sends_at, may_send_from(member)));
    }
    return next;
}

const Lacp::Member *Lacp::find(PortId id) const {
    const auto found = members_.find(id);
    return found == members_.end() ? nullptr : &found->second;
}

bool Lacp::attached(PortId id) const {
    const auto *member = find(id);
    return member && member->attached;
}

bool Lacp::may_carry(PortId id) const {
    const auto *member = find(id);
    return member && may_carry(*member);
}

bool Lacp::current(PortId id) const {
    const auto *member = find(id);
    return member && member->status != Status::defaulted;
}

LacpStatistics Lacp::statistics(PortId id) const {
    const auto *member = find(id);
    return member ? member->statistics : LacpStatistics{};
}

} // namespace bvs::protocol
