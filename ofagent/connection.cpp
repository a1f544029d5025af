// SPDX-License-Identifier: Apache-2.0
#include "ofagent/connection.h"

#include "net/stream.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <utility>

namespace bvs::ofagent {

namespace asio = boost::asio;

class Connection::Carrier : public std::enable_shared_from_this<Carrier> {
  public:
    Carrier(asio::io_context &io, net::StreamPtr stream, Agent &agent,
            const SessionSettings &settings, Ended ended)
        : io_(io), stream_(std::move(stream)), session_(std::in_place, agent, settings, now()),
          ended_(std::move(ended)) {}

    void start() {
        session_->when_output([this] { write_some(); });
        spawn(&Carrier::read_all);
        write_some();
    }

    // The coroutines may live a little longer than who made them; the session must not.
    void close() {
        ended_ = nullptr;
        session_.reset();
        stream_->close();
    }

    void tick(Time time) {
        session_->tick(time);
        end_with_session();
    }

    Session &session() { return *session_; }

  private:
    static Time now() { return std::chrono::steady_clock::now(); }

    void spawn(asio::awaitable<void> (Carrier::*work)()) {
        auto run = [](std::shared_ptr<Carrier> self,
                      asio::awaitable<void> (Carrier::*the_work)()) -> asio::awaitable<void> {
            try {
                co_await (self.get()->*the_work)();
            } catch (const boost::system::system_error &error) {
                self->end(self->words(error.code()));
            }
        };
        asio::co_spawn(io_, run(shared_from_this(), work), asio::detached);
    }

    asio::awaitable<void> read_all() {
        std::array<std::uint8_t, 65536> buffer;
        while (session_ && !session_->ended()) {
            const auto size = co_await stream_->read(asio::buffer(buffer));
            if (session_)
                session_->receive(wire::ByteSpan(buffer).first(size), now());
        }
        end_with_session();
    }

    void write_some() {
        if (!std::exchange(writing_, true))
            spawn(&Carrier::write_all);
    }

    asio::awaitable<void> write_all() {
        while (session_ && !session_->output().empty()) {
            const auto output = session_->output();
            const std::vector<std::uint8_t> bytes(output.begin(), output.end());
            co_await stream_->write(asio::buffer(bytes));
            if (session_)
                session_->sent(bytes.size());
        }
        writing_ = false;
        end_with_session();
    }

    // What it had to say is said first.
    void end_with_session() {
        if (session_ && session_->ended() && !writing_)
            end(session_->why());
    }

    static std::string words(const boost::system::error_code &code) {
        const bool ended = code == asio::error::eof || code == asio::ssl::error::stream_truncated;
        return ended ? "the peer closed the connection" : code.message();
    }

    // Not from within: whoever is told may destroy this.
    void end(const std::string &why) {
        if (!ended_)
            return;
        asio::post(io_, [self = shared_from_this(), why] {
            if (auto ended = std::exchange(self->ended_, nullptr))
                ended(why);
        });
    }

    asio::io_context &io_;
    net::StreamPtr stream_;
    std::optional<Session> session_;
    Ended ended_;
    bool writing_ = false;
};

Connection::Connection(asio::io_context &io, std::unique_ptr<net::Stream> stream, Agent &agent,
                       const SessionSettings &settings, Ended ended)
    : carrier_(
          std::make_shared<Carrier>(io, std::move(stream), agent, settings, std::move(ended))) {
    carrier_->start();
}

Connection::~Connection() {
    carrier_->close();
}

Session &Connection::session() {
    return carrier_->session();
}

const Session &Connection::session() const {
    return carrier_->session();
}

void Connection::tick(Time now) {
    carrier_->tick(now);
}

} // namespace bvs::ofagent
