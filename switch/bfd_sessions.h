// SPDX-License-Identifier: Apache-2.0
//
// BFD at interfaces that have it enabled (Interface.bfd): a session each, with its frames and its
// times, whose outcome is in the column bfd_status and makes the port live or not for groups
// (LivePort::unreachable).
//
// Speaks only while the switch may act. What cannot be configured is told of in the log.
//
// One thread; what is handed over outlives it.
#pragma once

#include "maps/protocol.h"
#include "ovsdb/replica.h"
#include "switch/log.h"
#include "switch/port_table.h"
#include "switch/protocol/bfd.h"
#include "switch/write_back.h"

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>

namespace bvs::daemon {

using Names = std::set<std::string>;

struct BfdParts {
    boost::asio::io_context &io;
    PortTable &table;
    WriteBack &write_back;
    Logger log;
    std::function<model::Mac(const LivePort &)> mac_of;
    // Out of the port; `oam`: as such, if it is a tunnel that can say so.
    std::function<Result<>(const LivePort &, const protocol::Bytes &frame, bool oam)> send;
    std::function<bool()> may_act;
    // Ports of these interfaces became live or are so no more, or their columns are to be written.
    std::function<void(const Names &interfaces)> changed;
};

class BfdSessions {
  public:
    explicit BfdSessions(BfdParts parts);

    // Makes sessions as the rows of these interfaces have them, once ports are as they are wanted.
    // Those of them whose ports are to be looked at again.
    Names follow(const ovsdb::Replica &replica, const Names &interfaces);

    void receive(const bvs_protocol_frame &frame, std::span<const std::uint8_t> bytes);

    Names names() const; // of interfaces that have one
    // As bfd/show prints it; nothing: there is no such session.
    std::optional<std::string> show(const std::string &interface) const;
    // What a person says of forwarding; nothing: the session decides. False: there is none.
    bool set_forwarding(const std::string &interface, std::optional<bool> says);

  private:
    struct Session {
        Session(protocol::Bfd machine, boost::asio::io_context &io)
            : bfd(std::move(machine)), timer(io) {}

        protocol::Bfd bfd;
        boost::asio::steady_timer timer;
        ovsdb::Uuid row;
    };

    bool follow_one(const ovsdb::Replica &replica, const std::string &name);
    Session &configure(const LivePort &port, const protocol::BfdSettings &settings);
    bool set_unreachable(const std::string &name, bool unreachable);
    void warn_of(const std::string &name, model::Warnings warnings);
    void report(const Session &session);
    void run(const std::string &name);
    bool run(const LivePort &port, Session &session, protocol::Time now);
    void wait(const std::string &name, Session &session);

    BfdParts parts_;
    std::minstd_rand random_;
    std::map<std::string, Session> sessions_; // by interface
    std::map<std::string, model::Warnings> warned_;
    RateLimit unsent_;
    RateLimit unheard_;
};

} // namespace bvs::daemon
