// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/client.h"

#include "ovsdb/connection.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>

namespace bvs::ovsdb {

namespace asio = boost::asio;

class Client::Shell : public std::enable_shared_from_this<Shell> {
  public:
    Shell(asio::io_context &io, std::vector<Remote> remotes, net::TlsContext tls,
          SessionOptions options, ClientCallbacks callbacks)
        : io_(io), remotes_(std::move(remotes)), tls_(std::move(tls)),
          callbacks_(std::move(callbacks)), session_(std::move(options)), connect_timer_(io),
          session_timer_(io) {}

    void start() {
        session_.start(Clock::now());
        carry_out_later();
    }

    void stop() {
        stopped_ = true;
        connection_.reset();
        connect_timer_.cancel();
        session_timer_.cancel();
    }

    void transact(const Transaction &transaction, Done done) {
        done_.emplace(session_.transact(transaction), std::move(done));
        carry_out_later();
    }

    const Session &session() const { return session_; }

  private:
    void carry_out_later() {
        if (carrying_ || std::exchange(posted_, true))
            return;
        asio::post(io_, [self = shared_from_this()] {
            self->posted_ = false;
            self->carry_out();
        });
    }

    // Callbacks may make new wishes, which are carried out after the present ones.
    void carry_out() {
        carrying_ = true;
        while (!stopped_) {
            auto wishes = session_.take_wishes();
            if (wishes.empty())
                break;
            for (auto &wish : wishes)
                if (!stopped_)
                    std::visit([this](auto &w) { carry_out(w); }, wish);
        }
        carrying_ = false;
        watch_deadline();
    }

    void carry_out(const SendWish &send) {
        if (connection_)
            connection_->send(send.bytes);
    }
    void carry_out(CloseWish &) { connection_.reset(); }
    void carry_out(ConnectWish &connect) {
        connect_timer_.expires_at(connect.at);
        connect_timer_.async_wait([self = shared_from_this()](const auto &error) {
            if (!error && !self->stopped_)
                self->connect();
        });
    }
    void carry_out(Event &event) {
        std::visit([this](auto &e) { tell(e); }, event);
    }

    void tell(ReadyEvent &event) {
        if (callbacks_.ready)
            callbacks_.ready(event);
    }
    void tell(ChangesEvent &event) {
        if (callbacks_.changes)
            callbacks_.changes(event.changes);
    }
    void tell(LockEvent &event) {
        if (callbacks_.lock)
            callbacks_.lock(event.held);
    }
    void tell(DisconnectedEvent &event) {
        if (callbacks_.disconnected)
            callbacks_.disconnected(event.error);
    }
    void tell(CompletedEvent &event) {
        auto node = done_.extract(event.id);
        if (node && node.mapped())
            node.mapped()(std::move(event.outcome));
    }

    void connect() {
        const auto &remote = remotes_[next_remote_++ % remotes_.size()];
        auto act = [this](auto input) {
            input(Clock::now());
            carry_out();
        };
        // The connection is silent once it is closed, and it is closed before this object ends.
        connection_ = std::make_unique<Connection>(
            io_, remote, tls_,
            Connection::Callbacks{
                [this, act] { act([this](Time now) { session_.on_connected(now); }); },
                [this, act](std::string_view bytes) {
                    act([this, bytes](Time now) { session_.on_bytes(bytes, now); });
                },
                [this, act](const Error &error) {
                    act([this, &error](Time now) { session_.on_disconnected(error, now); });
                }});
    }

    // The deadline moves with every byte received; the timer follows only when it goes off.
    void watch_deadline() {
        auto deadline = session_.deadline();
        if (stopped_ || deadline >= watched_)
            return;
        watched_ = deadline;
        session_timer_.expires_at(deadline);
        session_timer_.async_wait([self = shared_from_this()](const auto &error) {
            if (error || self->stopped_)
                return;
            self->watched_ = Time::max();
            self->session_.on_timer(Clock::now());
            self->carry_out();
        });
    }

    asio::io_context &io_;
    std::vector<Remote> remotes_;
    net::TlsContext tls_;
    ClientCallbacks callbacks_;
    Session session_;
    asio::steady_timer connect_timer_;
    asio::steady_timer session_timer_;
    std::unique_ptr<Connection> connection_;
    std::map<TransactionId, Done> done_;
    std::size_t next_remote_ = 0;
    Time watched_ = Time::max(); // when session_timer_ goes off
    bool carrying_ = false;
    bool posted_ = false;
    bool stopped_ = false;
};

Result<std::unique_ptr<Client>> Client::create(asio::io_context &io, std::string_view remotes,
                                               ClientOptions options, ClientCallbacks callbacks) {
    auto parsed = parse_remotes(remotes);
    if (!parsed)
        return std::unexpected(parsed.error());
    net::TlsContext tls;
    for (const auto &remote : *parsed) {
        if (remote.kind != Remote::Kind::ssl || tls)
            continue;
        auto loaded = net::load_tls(options.tls);
        if (!loaded)
            return std::unexpected(loaded.error());
        tls = std::move(*loaded);
    }
    options.session.pace.remotes = static_cast<unsigned>(parsed->size());
    auto shell = std::make_shared<Shell>(io, std::move(*parsed), std::move(tls),
                                         std::move(options.session), std::move(callbacks));
    return std::unique_ptr<Client>(new Client(std::move(shell)));
}

Client::Client(std::shared_ptr<Shell> shell) : shell_(std::move(shell)) {}

Client::~Client() {
    shell_->stop();
}

void Client::start() {
    shell_->start();
}

void Client::transact(const Transaction &transaction, Done done) {
    shell_->transact(transaction, std::move(done));
}

bool Client::ready() const {
    return shell_->session().ready();
}

bool Client::has_lock() const {
    return shell_->session().has_lock();
}

const Replica &Client::replica() const {
    return shell_->session().replica();
}

} // namespace bvs::ovsdb
