// SPDX-License-Identifier: Apache-2.0
#include "ofagent/controller.h"

#include "net/stream.h"
#include "ofagent/connection.h"
#include "ofagent/listener.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

namespace bvs::ofagent {

namespace asio = boost::asio;

class Controller::Keeper : public std::enable_shared_from_this<Keeper> {
  public:
    Keeper(asio::io_context &io, Agent &agent, ControllerSettings settings, net::TlsContext tls,
           std::function<void(const std::string &)> log)
        : io_(io), agent_(agent), settings_(std::move(settings)), tls_(std::move(tls)),
          log_(std::move(log)) {}

    void start(Time now) {
        if (settings_.endpoint.passive)
            listen();
        else
            connect(now);
    }

    // A connection under way ends when the kernel is through with it.
    void close() {
        closed_ = true;
        connection_.reset();
        listener_.reset();
    }

    void tick(Time now) {
        if (listener_)
            listener_->tick(now);
        else if (connection_)
            connection_->tick(now);
        else if (!connecting_ && now >= next_try_)
            start(now);
    }

    ControllerStatus status(Time now) const {
        const auto seconds_since = [now](Time then) {
            return std::chrono::duration_cast<std::chrono::seconds>(now - then);
        };
        ControllerStatus status{.last_error = last_error_};
        if (const auto *session = current()) {
            status.connected = session->established();
            status.role = session->role();
            if (settings_.session.packet_in_rate)
                status.packet_ins = {
                    {"packet-in-miss-bypassed", session->misses().taken()},
                    {"packet-in-miss-dropped", session->misses().refused()},
                    {"packet-in-action-bypassed", session->actions().taken()},
                    {"packet-in-action-dropped", session->actions().refused()},
                };
        }
        status.state = status.connected             ? "ACTIVE"
                       : settings_.endpoint.passive ? "IDLE"
                       : connecting_ || connection_ ? "CONNECTING"
                                                    : "BACKOFF";
        if (connected_at_)
            status.since_connect = seconds_since(*connected_at_);
        if (disconnected_at_)
            status.since_disconnect = seconds_since(*disconnected_at_);
        return status;
    }

    const ControllerSettings &settings() const { return settings_; }

    void snoop(std::function<void(wire::ByteSpan)> to) {
        snoop_ = std::move(to);
        if (connection_)
            connection_->session().snoop(snoop_);
        if (listener_)
            listener_->snoop(snoop_);
    }

  private:
    static Time now() { return std::chrono::steady_clock::now(); }

    const Session *current() const {
        if (listener_)
            return listener_->any_session();
        return connection_ ? &connection_->session() : nullptr;
    }

    void listen() {
        auto listener = Listener::open(io_, settings_.endpoint, tls_, agent_, settings_.session);
        if (!listener) {
            failed(listener.error().message);
            return;
        }
        listener_ = std::move(*listener);
        listener_->snoop(snoop_);
    }

    void connect(Time time) {
        if (settings_.endpoint.kind == net::Endpoint::Kind::ssl && !tls_) {
            failed("ssl: needs a private key and certificates (ovs-vsctl set-ssl)");
            return;
        }
        connecting_ = true;
        next_try_ = time + settings_.max_backoff;
        asio::co_spawn(io_, open(shared_from_this()), asio::detached);
    }

    static asio::awaitable<void> open(std::shared_ptr<Keeper> self) {
        try {
            auto stream =
                co_await net::open_stream(self->io_, self->settings_.endpoint, self->tls_);
            if (!self->closed_)
                self->connected(std::move(stream));
        } catch (const boost::system::system_error &error) {
            if (!self->closed_)
                self->failed(error.code().message());
        }
    }

    void connected(net::StreamPtr stream) {
        connecting_ = false;
        connected_at_ = now();
        last_error_.clear();
        log_(fmt::format("connected to {}", settings_.endpoint.to_string()));
        connection_.emplace(io_, std::move(stream), agent_, settings_.session,
                            [this](const std::string &why) { lost(why); });
        connection_->session().snoop(snoop_);
    }

    void lost(const std::string &why) {
        // Whoever was with us for a while is called again at once.
        if (connection_->session().established())
            backoff_ = std::chrono::seconds(1);
        connection_.reset();
        disconnected_at_ = now();
        failed(why);
    }

    void failed(const std::string &why) {
        connecting_ = false;
        if (why != last_error_)
            log_(fmt::format("{}: {}", settings_.endpoint.to_string(), why));
        last_error_ = why;
        next_try_ = now() + backoff_;
        backoff_ = std::min(backoff_ * 2, settings_.max_backoff);
    }

    asio::io_context &io_;
    Agent &agent_;
    ControllerSettings settings_;
    net::TlsContext tls_;
    std::function<void(const std::string &)> log_;
    std::function<void(wire::ByteSpan)> snoop_;
    std::optional<Connection> connection_;
    std::unique_ptr<Listener> listener_;
    bool connecting_ = false;
    bool closed_ = false;
    std::chrono::seconds backoff_{1};
    Time next_try_;
    std::optional<Time> connected_at_;
    std::optional<Time> disconnected_at_;
    std::string last_error_;
};

Controller::Controller(asio::io_context &io, Agent &agent, ControllerSettings settings,
                       net::TlsContext tls, std::function<void(const std::string &)> log)
    : keeper_(std::make_shared<Keeper>(io, agent, std::move(settings), std::move(tls),
                                       std::move(log))) {
    keeper_->start(std::chrono::steady_clock::now());
}

Controller::~Controller() {
    keeper_->close();
}

void Controller::tick(Time now) {
    keeper_->tick(now);
}

ControllerStatus Controller::status(Time now) const {
    return keeper_->status(now);
}

const ControllerSettings &Controller::settings() const {
    return keeper_->settings();
}

void Controller::snoop(std::function<void(wire::ByteSpan)> to) {
    keeper_->snoop(std::move(to));
}

} // namespace bvs::ofagent
