// SPDX-License-Identifier: Apache-2.0
//
// A socket where peers connect to a bridge's agent, and their sessions: <bridge>.mgmt, and
// controllers that call us (ptcp:, pssl:, punix:).
#pragma once

#include "base/result.h"
#include "net/endpoint.h"
#include "net/tls.h"
#include "ofagent/session.h"

#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace bvs::ofagent {

class Listener {
  public:
    static Result<std::unique_ptr<Listener>> open(boost::asio::io_context &io,
                                                  const net::Endpoint &endpoint,
                                                  net::TlsContext tls, Agent &agent,
                                                  const SessionSettings &settings);
    ~Listener();
    Listener(const Listener &) = delete;
    Listener &operator=(const Listener &) = delete;

    void tick(Time now);
    const Session *any_session() const; // null: nobody is connected
    void snoop(std::function<void(wire::ByteSpan)> to);

  private:
    class Host;
    explicit Listener(std::shared_ptr<Host> host);
    std::shared_ptr<Host> host_;
};

// A socket where peers only listen: each gets all bytes. For <bridge>.snoop.
class Broadcaster {
  public:
    static Result<std::unique_ptr<Broadcaster>> open(boost::asio::io_context &io,
                                                     const net::Endpoint &endpoint);
    ~Broadcaster();
    Broadcaster(const Broadcaster &) = delete;
    Broadcaster &operator=(const Broadcaster &) = delete;

    void send(wire::ByteSpan bytes);

  private:
    class Host;
    explicit Broadcaster(std::shared_ptr<Host> host);
    std::shared_ptr<Host> host_;
};

} // namespace bvs::ofagent
