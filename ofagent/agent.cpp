// SPDX-License-Identifier: Apache-2.0
#include "ofagent/agent.h"

#include <algorithm>
#include <fmt/format.h>

namespace bvs::ofagent {

void Agent::leave(Session &session) {
    std::erase(sessions_, &session);
}

// Generations are compared modulo 2^64, OpenFlow 1.5.1, 6.3.7.
Answer<> Agent::settle_role(Session &session, const wire::RoleMessage &request) {
    const bool decides = request.role == wire::Role::master || request.role == wire::Role::slave;
    if (decides && request.generation) {
        if (generation_ && static_cast<std::int64_t>(*request.generation - *generation_) < 0)
            return model::refuse(
                model::Refusal::role_stale,
                fmt::format("generation {} is older than {}", *request.generation, *generation_));
        generation_ = request.generation;
    }
    if (request.role != wire::Role::master)
        return {};
    for (auto *other : sessions_)
        if (other != &session && other->role() == wire::Role::master)
            other->demote();
    return {};
}

bool Agent::wants_misses() const {
    return std::ranges::any_of(sessions_, &Session::wants_misses);
}

void Agent::packet_in(const model::PacketIn &packet) {
    const auto now = std::chrono::steady_clock::now();
    for (auto *session : sessions_)
        session->packet_in(packet, now);
}

void Agent::flow_changed(const FlowChange &change) {
    for (auto *session : sessions_)
        session->flow_changed(change, author_, xid_);
}

void Agent::flow_removed(const model::FlowRemoved &removed) {
    for (auto *session : sessions_)
        session->flow_removed(removed);
}

void Agent::port_changed(model::PortChange change, const model::PortDescription &port) {
    for (auto *session : sessions_)
        session->port_changed(change, port);
}

void Agent::table_status(const model::TableConfig &table, bool vacancy_up) {
    for (auto *session : sessions_)
        session->table_status(table, vacancy_up);
}

void Agent::forward(const Session &author, const wire::Message &request, Async::Forwarded what) {
    for (auto *session : sessions_)
        if (session != &author)
            session->forward(request, what);
}

} // namespace bvs::ofagent
