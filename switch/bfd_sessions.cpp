// SPDX-License-Identifier: Apache-2.0
#include "switch/bfd_sessions.h"

#include "switch/statistics.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <utility>

namespace bvs::daemon {

namespace {

using protocol::Bfd;

protocol::Time now() {
    return std::chrono::steady_clock::now();
}

} // namespace

BfdSessions::BfdSessions(BfdParts parts)
    : parts_(std::move(parts)), random_(std::random_device()()) {}

Names BfdSessions::follow(const ovsdb::Replica &replica, const Names &interfaces) {
    Names changed;
    for (const auto &name : interfaces)
        if (follow_one(replica, name))
            changed.insert(name);
    return changed;
}

bool BfdSessions::follow_one(const ovsdb::Replica &replica, const std::string &name) {
    const auto row = replica.find("Interface", "name", name);
    const auto *port = parts_.table.port(name);
    model::Warnings warnings;
    const auto settings =
        row ? protocol::settle_bfd(name, (*row)["bfd"].smap(), warnings) : std::nullopt;
    warn_of(name, std::move(warnings));
    if (settings && port && !(port->entry().flags & BVS_PORT_PATCH)) {
        auto &session = configure(*port, *settings);
        session.row = row->uuid();
        report(session);
        wait(name, session);
        return set_unreachable(name, !session.bfd.forwarding());
    }
    sessions_.erase(name);
    if (row)
        parts_.write_back.set("Interface", row->uuid(), {{"bfd_status", ovsdb::Smap()}});
    return set_unreachable(name, false);
}

BfdSessions::Session &BfdSessions::configure(const LivePort &port,
                                             const protocol::BfdSettings &settings) {
    const auto mac = parts_.mac_of(port);
    const auto there = sessions_.find(port.name);
    if (there != sessions_.end()) {
        there->second.bfd.configure(mac, settings);
        return there->second;
    }
    const auto random = [this] { return static_cast<std::uint32_t>(random_()); };
    return sessions_.try_emplace(port.name, Bfd(port.name, mac, settings, random, now()), parts_.io)
        .first->second;
}

bool BfdSessions::set_unreachable(const std::string &name, bool unreachable) {
    auto *port = parts_.table.port(name);
    return port && std::exchange(port->unreachable, unreachable) != unreachable;
}

void BfdSessions::warn_of(const std::string &name, model::Warnings warnings) {
    if (warnings.empty() && !warned_.contains(name))
        return;
    auto &before = warned_[name];
    for (const auto &warning : warnings)
        if (std::ranges::find(before, warning) == before.end())
            parts_.log.warn("{}", warning);
    before = std::move(warnings);
    if (before.empty())
        warned_.erase(name);
}

void BfdSessions::report(const Session &session) {
    parts_.write_back.set("Interface", session.row,
                          {{"bfd_status", ovsdb::Smap(session.bfd.status())}});
}

void BfdSessions::receive(const bvs_protocol_frame &frame, std::span<const std::uint8_t> bytes) {
    const auto *port = parts_.table.port_of_number(frame.port);
    const auto place = port ? sessions_.find(port->name) : sessions_.end();
    if (place == sessions_.end())
        return;
    auto &bfd = place->second.bfd;
    const auto decoded = protocol::decode_bfd_frame(bytes);
    if (!decoded) {
        parts_.log.warn(unheard_, "interface {}: {}", port->name, decoded.error().message);
        return;
    }
    if (!bfd.takes(*decoded, port->state.port.end.key))
        return;
    if (const auto received = bfd.receive(*decoded, now()); !received)
        parts_.log.warn(unheard_, "interface {}", received.error().message);
    run(port->name);
}

void BfdSessions::run(const std::string &name) {
    const auto place = sessions_.find(name);
    const auto *port = parts_.table.port(name);
    if (place == sessions_.end() || !port)
        return;
    const bool changed = parts_.may_act() && run(*port, place->second, now());
    wait(name, place->second);
    if (changed)
        parts_.changed({name});
}

// Its turn, if it is that; whether others are to know what has changed.
bool BfdSessions::run(const LivePort &port, Session &session, protocol::Time now) {
    auto &bfd = session.bfd;
    if (bfd.next() > now)
        return false;
    if (bfd.wants_traffic())
        if (const auto counters = parts_.table.maps().port_counters.get(port.number()))
            bfd.traffic(totals(*counters).rx_packets, now);
    const auto wishes = bfd.run(now);
    for (const auto &frame : wishes.frames)
        if (const auto sent = parts_.send(port, frame, bfd.oam()); !sent)
            parts_.log.warn(unsent_, "interface {}: BFD cannot send: {}", port.name,
                            sent.error().message);
    for (const auto &news : wishes.news)
        parts_.log.info("interface {}", news);
    if (wishes.changed) {
        report(session);
        set_unreachable(port.name, !bfd.forwarding());
    }
    return wishes.changed;
}

// A switch that may not act looks again later.
void BfdSessions::wait(const std::string &name, Session &session) {
    using namespace std::chrono_literals;
    session.timer.expires_at(parts_.may_act() ? session.bfd.next() : now() + 1s);
    session.timer.async_wait([this, name](const boost::system::error_code &error) {
        if (!error)
            run(name);
    });
}

Names BfdSessions::names() const {
    Names names;
    for (const auto &[name, session] : sessions_)
        names.insert(name);
    return names;
}

std::optional<std::string> BfdSessions::show(const std::string &interface) const {
    const auto place = sessions_.find(interface);
    return place == sessions_.end() ? std::nullopt : std::optional(place->second.bfd.show(now()));
}

bool BfdSessions::set_forwarding(const std::string &interface, std::optional<bool> says) {
    const auto place = sessions_.find(interface);
    if (place == sessions_.end())
        return false;
    place->second.bfd.set_forwarding(says);
    run(interface);
    return true;
}

} // namespace bvs::daemon
