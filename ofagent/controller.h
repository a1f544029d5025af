// SPDX-License-Identifier: Apache-2.0
//
// One configured controller of a bridge (a row of Controller): connected to again and again with
// growing pauses, or listened for. Reports what ovs-vswitchd.conf.db(5) has in Controller.status.
#pragma once

#include "net/endpoint.h"
#include "net/tls.h"
#include "ofagent/session.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace boost::asio {
class io_context;
}

namespace bvs::ofagent {

inline constexpr std::uint16_t k_openflow_port = 6653;

struct ControllerSettings {
    net::Endpoint endpoint;
    SessionSettings session;
    std::chrono::seconds max_backoff{8};

    bool operator==(const ControllerSettings &) const = default;
};

struct ControllerStatus {
    bool connected = false;
    wire::Role role = wire::Role::equal;
    std::string state; // ACTIVE, CONNECTING, BACKOFF, or of a listener IDLE
    std::optional<std::chrono::seconds> since_connect;
    std::optional<std::chrono::seconds> since_disconnect;
    std::string last_error;
    std::map<std::string, std::uint64_t> packet_ins; // with a limit on them, by the key of `status`
};

class Controller {
  public:
    // `log` gets a sentence whenever the connection comes or goes.
    Controller(boost::asio::io_context &io, Agent &agent, ControllerSettings settings,
               net::TlsContext tls, std::function<void(const std::string &)> log);
    ~Controller();
    Controller(const Controller &) = delete;
    Controller &operator=(const Controller &) = delete;

    void tick(Time now); // about once a second
    ControllerStatus status(Time now) const;
    const ControllerSettings &settings() const;
    // All messages of its sessions, both ways; null: none.
    void snoop(std::function<void(wire::ByteSpan)> to);

  private:
    class Keeper;
    std::shared_ptr<Keeper> keeper_;
};

} // namespace bvs::ofagent
