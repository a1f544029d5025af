// SPDX-License-Identifier: Apache-2.0
#include "ofagent/session.h"

#include "ofagent/agent.h"
#include "ofagent/requests.h"

#include <fmt/format.h>
#include <utility>

namespace bvs::ofagent {

namespace {

constexpr std::uint16_t k_default_miss_send_len = 128;
// A controller that does not read is told no more until it has caught up.
constexpr std::size_t k_most_backlog = 8 * 1024 * 1024;
constexpr std::uint32_t k_latest_version = 6;

wire::Version highest(std::uint32_t versions) {
    unsigned version = k_latest_version;
    while (version > 1 && !(versions >> version & 1))
        --version;
    return static_cast<wire::Version>(version);
}

std::uint16_t kept_bytes(const model::PacketIn &packet, std::uint16_t miss_send_len) {
    const bool asked = packet.reason == model::PacketInReason::action ||
                       packet.reason == model::PacketInReason::action_set ||
                       packet.reason == model::PacketInReason::group ||
                       packet.reason == model::PacketInReason::packet_out;
    return asked ? packet.max_len : miss_send_len;
}

} // namespace

Session::Session(Agent &agent, SessionSettings settings, Time now)
    : agent_(agent), settings_(settings), heard_(now),
      miss_send_len_(settings.kind == SessionSettings::Kind::controller ? k_default_miss_send_len
                                                                        : 0),
      async_(settings.asynchronous),
      misses_(settings.packet_in_rate, settings.packet_in_burst, now), actions_(misses_) {
    agent_.enter(*this);
    dialect_.version = highest(settings_.versions);
    send(0, wire::Hello{.versions = settings_.versions});
}

Session::~Session() {
    agent_.leave(*this);
}

void Session::receive(wire::ByteSpan bytes, Time now) {
    heard_ = now;
    probed_ = false;
    input_.insert(input_.end(), bytes.begin(), bytes.end());
    std::size_t done = 0;
    while (!ended_) {
        const auto rest = wire::ByteSpan(input_).subspan(done);
        const auto header = wire::read_header(rest);
        if (!header)
            break;
        if (header->length < wire::k_header) {
            end(fmt::format("a message announced a length of {} bytes", header->length));
            break;
        }
        if (rest.size() < header->length)
            break;
        handle_frame(rest.first(header->length), now);
        done += header->length;
    }
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(done));
}

void Session::handle_frame(wire::ByteSpan frame, Time now) {
    const auto header = *wire::read_header(frame);
    if (snoop_)
        snoop_(frame);
    if (established_ && header.version != static_cast<std::uint8_t>(dialect_.version)) {
        refuse({model::Refusal::bad_version,
                fmt::format("a message of version {} on a connection of version {}", header.version,
                            static_cast<unsigned>(dialect_.version))},
               header.xid, frame);
        return;
    }
    auto message = wire::decode(frame, dialect_);
    if (!message) {
        refuse(message.error(), header.xid, frame);
        if (!established_)
            end(message.error().why);
        return;
    }
    if (const auto *hello = std::get_if<wire::Hello>(&message->body)) {
        if (!established_)
            negotiate(*hello, header.version);
        return;
    }
    if (!established_) {
        end("the first message was no HELLO");
        return;
    }
    Agent::Authorship author(agent_, *this, header.xid);
    Requests requests(*this, header.xid, now);
    if (auto answer = std::visit(requests, message->body); !answer)
        refuse(answer.error(), header.xid, frame);
}

// OpenFlow 1.5.1, 6.3.2: the highest version of both bitmaps, or else the lower of both versions.
void Session::negotiate(const wire::Hello &hello, std::uint8_t header_version) {
    auto common = settings_.versions & hello.versions;
    if (!common && hello.versions == 0)
        common = settings_.versions & ((2U << header_version) - 1);
    if (!common) {
        const auto why = fmt::format("no common version: we speak {:#x}, the peer {:#x}",
                                     settings_.versions, hello.versions);
        dialect_.version = static_cast<wire::Version>(
            std::min<unsigned>(header_version, static_cast<unsigned>(dialect_.version)));
        refuse({model::Refusal::hello_incompatible, why}, 0, {});
        end(why);
        return;
    }
    dialect_.version = highest(common);
    established_ = true;
}

void Session::tick(Time now) {
    if (ended_ || settings_.probe.count() == 0)
        return;
    const auto silence = now - heard_;
    if (silence >= settings_.probe * 2) {
        end(fmt::format("no answer for {} s",
                        std::chrono::duration_cast<std::chrono::seconds>(silence).count()));
    } else if (silence >= settings_.probe && !probed_ && established_) {
        probed_ = true;
        send(0, wire::EchoRequest{});
    }
}

void Session::sent(std::size_t bytes) {
    sent_ += bytes;
    if (sent_ < output_.size())
        return;
    output_.clear();
    sent_ = 0;
}

void Session::send(std::uint32_t xid, wire::Body body) {
    send_bytes(wire::encode({.xid = xid, .body = std::move(body)}, dialect_));
}

void Session::send_bytes(const wire::Bytes &bytes) {
    if (bytes.empty())
        return;
    if (snoop_)
        snoop_(bytes);
    const bool first = output_.empty();
    output_.insert(output_.end(), bytes.begin(), bytes.end());
    if (first && output_ready_)
        output_ready_();
}

void Session::refuse(const model::OpenFlowError &error, std::uint32_t xid,
                     wire::ByteSpan offender) {
    send_bytes(wire::encode_error(error, xid, offender, dialect_.version));
}

void Session::end(std::string why) {
    ended_ = true;
    why_ = std::move(why);
}

bool Session::hears_events() const {
    return established_ && !ended_ && output_.size() - sent_ < k_most_backlog &&
           (settings_.kind == SessionSettings::Kind::controller || miss_send_len_ != 0);
}

void Session::packet_in(const model::PacketIn &packet, Time now) {
    if (!hears_events() || packet.controller_id != controller_id_ ||
        !async_.packet_in(packet.reason, is_slave()))
        return;
    if (auto &limit = packet.reason == model::PacketInReason::no_match ? misses_ : actions_;
        !limit.take(now))
        return;
    auto copy = packet;
    copy.total_length = std::max(copy.total_length, static_cast<std::uint32_t>(copy.packet.size()));
    const auto most = kept_bytes(packet, miss_send_len_);
    if (most < copy.packet.size()) {
        copy.buffer = agent_.buffers().keep(packet.in_port, packet.packet);
        copy.packet.resize(most);
    }
    send(0, std::move(copy));
}

void Session::flow_removed(const model::FlowRemoved &removed) {
    if (hears_events() && async_.flow_removed(removed.reason, is_slave()))
        send(0, removed);
}

void Session::port_changed(model::PortChange change, const model::PortDescription &port) {
    if (hears_events() && async_.port_status(change, is_slave()))
        send(0, wire::PortStatus{.change = change, .port = port});
}

void Session::flow_changed(const FlowChange &change, const Session *author, std::uint32_t xid) {
    if (auto update = monitors_.update(change, author == this, xid))
        send(0, wire::FlowMonitorReply{.updates = {std::move(*update)}});
}

void Session::table_status(const model::TableConfig &table, bool vacancy_up) {
    if (hears_events() && dialect_.version >= wire::Version::of14 &&
        async_.table_status(vacancy_up, is_slave()))
        send(0, wire::TableStatus{.config = table, .vacancy_up = vacancy_up});
}

void Session::forward(const wire::Message &request, Async::Forwarded what) {
    if (hears_events() && dialect_.version >= wire::Version::of14 &&
        async_.requestforward(what, is_slave()))
        send_bytes(wire::encode_forwarded(request, dialect_));
}

void Session::demote() {
    role_ = wire::Role::slave;
    wire::RoleStatus status;
    status.role = role_;
    status.generation = agent_.generation();
    if (dialect_.version >= wire::Version::of14 && async_.role_status(true))
        send(0, status);
}

} // namespace bvs::ofagent
