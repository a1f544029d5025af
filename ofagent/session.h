// SPDX-License-Identifier: Apache-2.0
//
// One OpenFlow connection of a bridge, without its socket: bytes and time in, bytes out. OpenFlow
// 1.5.1, 6.3 (set-up), 6.1.1 (messages), and what Open vSwitch does where the standard is silent.
// One thread. A session that has ended takes no more bytes; what is in its output is still to be
// sent before the connection is closed.
#pragma once

#include "ofagent/async.h"
#include "ofagent/bundle.h"
#include "ofagent/monitor.h"
#include "ofagent/of_switch.h"
#include "ofagent/rate_limit.h"
#include "ofagent/wire/codec.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace bvs::ofagent {

class Agent;

using Time = std::chrono::steady_clock::time_point;

struct SessionSettings {
    // A controller of the configuration is told of what happens. Who connects to the management
    // socket is told nothing before it has set a miss_send_len.
    enum class Kind { controller, service } kind = Kind::service;
    std::uint32_t versions = 0;    // bit n: version n may be spoken
    std::chrono::seconds probe{5}; // silence after which the peer is asked; 0: never
    // Of packets that no rule matches, and as many of those that rules send.
    std::uint32_t packet_in_rate = 0; // a second; 0: no limit
    std::uint32_t packet_in_burst = 0;
    bool asynchronous = true; // it is told of what happens without having to ask for it

    bool operator==(const SessionSettings &) const = default;
};

class Session {
  public:
    Session(Agent &agent, SessionSettings settings, Time now);
    ~Session();
    Session(const Session &) = delete;
    Session &operator=(const Session &) = delete;

    void receive(wire::ByteSpan bytes, Time now);
    void tick(Time now); // about once a second

    // What is to be sent, oldest first; `sent` of it are gone.
    wire::ByteSpan output() const { return wire::ByteSpan(output_).subspan(sent_); }
    void sent(std::size_t bytes);

    // Called whenever there is output where there was none.
    void when_output(std::function<void()> call) { output_ready_ = std::move(call); }

    bool ended() const { return ended_; }
    const std::string &why() const { return why_; } // it ended
    bool established() const { return established_; }
    wire::Role role() const { return role_; }
    bool wants_misses() const {
        return hears_events() && dialect_.version < wire::Version::of13 && !controller_id_ &&
               !is_slave();
    }
    const wire::Dialect &dialect() const { return dialect_; }
    // What became of packet-ins.
    const RateLimit &misses() const { return misses_; }
    const RateLimit &actions() const { return actions_; }

    // A copy of all messages, both ways, goes there (Open vSwitch's snooping).
    void snoop(std::function<void(wire::ByteSpan)> to) { snoop_ = std::move(to); }

    // What happened at the bridge; each looks whether this peer wants to know.
    void packet_in(const model::PacketIn &packet, Time now);
    void flow_removed(const model::FlowRemoved &removed);
    void port_changed(model::PortChange change, const model::PortDescription &port);
    void flow_changed(const FlowChange &change, const Session *author, std::uint32_t xid);
    void table_status(const model::TableConfig &table, bool vacancy_up);
    // What another one asked for, and got.
    void forward(const wire::Message &request, Async::Forwarded what);
    void demote(); // another one became master

  private:
    friend class Requests;

    void handle_frame(wire::ByteSpan frame, Time now);
    void negotiate(const wire::Hello &hello, std::uint8_t header_version);
    void handle(wire::ByteSpan frame, const wire::Header &header);
    void send(std::uint32_t xid, wire::Body body);
    void send_bytes(const wire::Bytes &bytes);
    void refuse(const model::OpenFlowError &error, std::uint32_t xid, wire::ByteSpan offender);
    void end(std::string why);
    bool hears_events() const;
    bool is_slave() const { return role_ == wire::Role::slave; }

    Agent &agent_;
    SessionSettings settings_;
    wire::Dialect dialect_;
    wire::Bytes input_;
    wire::Bytes output_;
    std::size_t sent_ = 0;
    bool established_ = false;
    bool ended_ = false;
    std::string why_;
    Time heard_;
    bool probed_ = false;
    wire::Role role_ = wire::Role::equal;
    std::uint16_t controller_id_ = 0;
    std::uint16_t miss_send_len_;
    bool invalid_ttl_to_controller_ = false;
    Async async_;
    Bundles bundles_;
    Monitors monitors_;
    RateLimit misses_;
    RateLimit actions_;
    std::function<void(wire::ByteSpan)> snoop_;
    std::function<void()> output_ready_;
};

} // namespace bvs::ofagent
