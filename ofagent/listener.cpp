// SPDX-License-Identifier: Apache-2.0
#include "ofagent/listener.h"

#include "net/accept.h"
#include "ofagent/connection.h"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <list>
#include <utility>
#include <vector>

namespace bvs::ofagent {

namespace asio = boost::asio;

namespace {

constexpr std::size_t k_most_sessions = 256; // a socket
constexpr std::size_t k_most_unheard = 1024 * 1024;

} // namespace

class Listener::Host : public std::enable_shared_from_this<Host> {
  public:
    Host(asio::io_context &io, net::AcceptorPtr acceptor, Agent &agent,
         const SessionSettings &settings)
        : io_(io), acceptor_(std::move(acceptor)), agent_(agent), settings_(settings) {}

    net::Acceptor &acceptor() { return *acceptor_; }
    bool closed() const { return closed_; }
    bool has_room() const { return !closed_ && connections_.size() < k_most_sessions; }

    void add(net::StreamPtr stream) {
        auto place = connections_.emplace(connections_.end());
        *place = std::make_unique<Connection>(
            io_, std::move(stream), agent_, settings_,
            [this, place](const std::string &) { connections_.erase(place); });
        (*place)->session().snoop(snoop_);
    }

    void close() {
        closed_ = true;
        connections_.clear();
        acceptor_->close();
    }

    void tick(Time now) {
        for (auto &connection : connections_)
            connection->tick(now);
    }

    const Session *any_session() const {
        return connections_.empty() ? nullptr : &connections_.front()->session();
    }

    void snoop(std::function<void(wire::ByteSpan)> to) {
        snoop_ = std::move(to);
        for (auto &connection : connections_)
            connection->session().snoop(snoop_);
    }

  private:
    asio::io_context &io_;
    net::AcceptorPtr acceptor_;
    Agent &agent_;
    SessionSettings settings_;
    std::list<std::unique_ptr<Connection>> connections_;
    std::function<void(wire::ByteSpan)> snoop_;
    bool closed_ = false;
};

Result<std::unique_ptr<Listener>> Listener::open(asio::io_context &io,
                                                 const net::Endpoint &endpoint, net::TlsContext tls,
                                                 Agent &agent, const SessionSettings &settings) {
    auto acceptor = net::listen(io, endpoint, std::move(tls));
    if (!acceptor)
        return std::unexpected(acceptor.error());
    auto host = std::make_shared<Host>(io, std::move(*acceptor), agent, settings);
    asio::co_spawn(io, net::accept_all(host), asio::detached);
    return std::unique_ptr<Listener>(new Listener(std::move(host)));
}

Listener::Listener(std::shared_ptr<Host> host) : host_(std::move(host)) {}

Listener::~Listener() {
    host_->close();
}

void Listener::tick(Time now) {
    host_->tick(now);
}

const Session *Listener::any_session() const {
    return host_->any_session();
}

void Listener::snoop(std::function<void(wire::ByteSpan)> to) {
    host_->snoop(std::move(to));
}

// ---- those who only listen --------------------------------------------------------------------

class Broadcaster::Host : public std::enable_shared_from_this<Host> {
  public:
    Host(asio::io_context &io, net::AcceptorPtr acceptor)
        : io_(io), acceptor_(std::move(acceptor)) {}

    net::Acceptor &acceptor() { return *acceptor_; }
    bool closed() const { return closed_; }
    bool has_room() const { return !closed_ && hearers_.size() < k_most_sessions; }

    void add(net::StreamPtr stream) {
        auto hearer = std::make_shared<Hearer>();
        hearer->stream = std::move(stream);
        hearers_.push_back(hearer);
        asio::co_spawn(io_, until_closed(shared_from_this(), hearer), asio::detached);
    }

    void send(wire::ByteSpan bytes) {
        for (const auto &hearer : hearers_) {
            if (hearer->pending.size() > k_most_unheard)
                continue; // it does not read; the others do
            hearer->pending.insert(hearer->pending.end(), bytes.begin(), bytes.end());
            if (!std::exchange(hearer->writing, true))
                asio::co_spawn(io_, write_all(hearer), asio::detached);
        }
    }

    void close() {
        closed_ = true;
        acceptor_->close();
        for (const auto &hearer : hearers_)
            hearer->stream->close();
        hearers_.clear();
    }

  private:
    struct Hearer {
        net::StreamPtr stream;
        wire::Bytes pending;
        bool writing = false;
    };
    using HearerPtr = std::shared_ptr<Hearer>;

    // What a hearer sends is of no interest, but that it has gone is.
    static asio::awaitable<void> until_closed(std::shared_ptr<Host> self, HearerPtr hearer) {
        try {
            std::array<std::uint8_t, 4096> ignored;
            for (;;)
                co_await hearer->stream->read(asio::buffer(ignored));
        } catch (const boost::system::system_error &) {
            std::erase(self->hearers_, hearer);
        }
    }

    static asio::awaitable<void> write_all(HearerPtr hearer) {
        try {
            while (!hearer->pending.empty()) {
                const auto bytes = std::exchange(hearer->pending, {});
                co_await hearer->stream->write(asio::buffer(bytes));
            }
        } catch (const boost::system::system_error &) {
            hearer->pending.clear(); // the reader sees its end
        }
        hearer->writing = false;
    }

    asio::io_context &io_;
    net::AcceptorPtr acceptor_;
    std::vector<HearerPtr> hearers_;
    bool closed_ = false;
};

Result<std::unique_ptr<Broadcaster>> Broadcaster::open(asio::io_context &io,
                                                       const net::Endpoint &endpoint) {
    auto acceptor = net::listen(io, endpoint, nullptr);
    if (!acceptor)
        return std::unexpected(acceptor.error());
    auto host = std::make_shared<Host>(io, std::move(*acceptor));
    asio::co_spawn(io, net::accept_all(host), asio::detached);
    return std::unique_ptr<Broadcaster>(new Broadcaster(std::move(host)));
}

Broadcaster::Broadcaster(std::shared_ptr<Host> host) : host_(std::move(host)) {}

Broadcaster::~Broadcaster() {
    host_->close();
}

void Broadcaster::send(wire::ByteSpan bytes) {
    host_->send(bytes);
}

} // namespace bvs::ofagent
