// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/connection.h"

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>
#include <vector>

namespace bvs::ovsdb {

namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

constexpr std::size_t k_read_size = 64 * 1024;

// A connected socket of whatever kind.
class Stream {
  public:
    virtual ~Stream() = default;
    virtual asio::awaitable<std::size_t> read(asio::mutable_buffer buffer) = 0;
    virtual asio::awaitable<void> write(const std::string &bytes) = 0;
};

template <class Socket>
class StreamOf : public Stream {
  public:
    explicit StreamOf(Socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer buffer) override {
        co_return co_await socket_.async_read_some(buffer, use_awaitable);
    }
    asio::awaitable<void> write(const std::string &bytes) override {
        co_await asio::async_write(socket_, asio::buffer(bytes), use_awaitable);
    }

  private:
    Socket socket_;
};

using StreamPtr = std::unique_ptr<Stream>;

asio::awaitable<StreamPtr> open_unix(asio::io_context &io, const Remote &remote) {
    asio::local::stream_protocol::socket socket(io);
    co_await socket.async_connect(asio::local::stream_protocol::endpoint(remote.address),
                                  use_awaitable);
    co_return std::make_unique<StreamOf<decltype(socket)>>(std::move(socket));
}

asio::awaitable<tcp::socket> connect_tcp(asio::io_context &io, const Remote &remote) {
    tcp::resolver resolver(io);
    auto endpoints =
        co_await resolver.async_resolve(remote.address, std::to_string(remote.port), use_awaitable);
    tcp::socket socket(io);
    co_await asio::async_connect(socket, endpoints, use_awaitable);
    // Requests are small, and someone waits for the answer.
    socket.set_option(tcp::no_delay(true));
    co_return socket;
}

asio::awaitable<StreamPtr> open_tcp(asio::io_context &io, const Remote &remote) {
    auto socket = co_await connect_tcp(io, remote);
    co_return std::make_unique<StreamOf<tcp::socket>>(std::move(socket));
}

asio::awaitable<StreamPtr> open_tls(asio::io_context &io, const Remote &remote,
                                    asio::ssl::context &tls) {
    asio::ssl::stream<tcp::socket> stream(co_await connect_tcp(io, remote), tls);
    co_await stream.async_handshake(asio::ssl::stream_base::client, use_awaitable);
    co_return std::make_unique<StreamOf<decltype(stream)>>(std::move(stream));
}

} // namespace

class Connection::Worker : public std::enable_shared_from_this<Worker> {
  public:
    Worker(asio::io_context &io, Remote remote, TlsContext tls, Callbacks callbacks)
        : io_(io), remote_(std::move(remote)), tls_(std::move(tls)),
          callbacks_(std::move(callbacks)) {}

    void start() { spawn(&Worker::read_all, &Worker::reading_failed, stop_reading_); }

    void send(std::string_view bytes) {
        if (closed_)
            return;
        pending_ += bytes;
        if (!std::exchange(writing_, true))
            spawn(&Worker::write_all, &Worker::writing_failed, stop_writing_);
    }

    void close() {
        closed_ = true;
        stop_reading_.emit(asio::cancellation_type::terminal);
        stop_writing_.emit(asio::cancellation_type::terminal);
    }

  private:
    using Work = asio::awaitable<void> (Worker::*)();
    using Failed = void (Worker::*)(const boost::system::error_code &);

    void spawn(Work work, Failed failed, asio::cancellation_signal &stop) {
        // The coroutine's frame keeps the object alive.
        auto run = [](std::shared_ptr<Worker> self, Work the_work,
                      Failed the_failed) -> asio::awaitable<void> {
            try {
                co_await (self.get()->*the_work)();
            } catch (const boost::system::system_error &error) {
                (self.get()->*the_failed)(error.code());
            }
        };
        asio::co_spawn(io_, run(shared_from_this(), work, failed),
                       asio::bind_cancellation_slot(stop.slot(), asio::detached));
    }

    asio::awaitable<void> read_all() {
        switch (remote_.kind) {
        case Remote::Kind::unix_socket:
            stream_ = co_await open_unix(io_, remote_);
            break;
        case Remote::Kind::tcp:
            stream_ = co_await open_tcp(io_, remote_);
            break;
        case Remote::Kind::ssl:
            stream_ = co_await open_tls(io_, remote_, *tls_);
            break;
        }
        if (!closed_)
            callbacks_.connected();
        std::vector<char> buffer(k_read_size);
        while (!closed_) {
            auto size = co_await stream_->read(asio::buffer(buffer));
            if (!closed_)
                callbacks_.bytes({buffer.data(), size});
        }
    }

    asio::awaitable<void> write_all() {
        while (!closed_ && !pending_.empty()) {
            auto bytes = std::exchange(pending_, {});
            co_await stream_->write(bytes);
        }
        writing_ = false;
    }

    // The reader tells why: what the server said before it closed, such as an alert of TLS, is
    // still to be read. Nothing more is written.
    void writing_failed(const boost::system::error_code &) {}

    void reading_failed(const boost::system::error_code &code) {
        if (closed_)
            return;
        bool was_connected = stream_ != nullptr;
        close();
        bool ended = code == asio::error::eof || code == asio::ssl::error::stream_truncated;
        callbacks_.failed(
            {was_connected
                 ? fmt::format("connection to {} lost: {}", remote_.to_string(),
                               ended ? "the server closed it" : code.message())
                 : fmt::format("cannot connect to {}: {}", remote_.to_string(), code.message()),
             code.category() == boost::system::system_category() ? code.value() : 0});
    }

    asio::io_context &io_;
    Remote remote_;
    TlsContext tls_;
    Callbacks callbacks_;
    StreamPtr stream_;
    std::string pending_;
    asio::cancellation_signal stop_reading_;
    asio::cancellation_signal stop_writing_;
    bool writing_ = false;
    bool closed_ = false;
};

Connection::Connection(asio::io_context &io, Remote remote, TlsContext tls, Callbacks callbacks)
    : worker_(
          std::make_shared<Worker>(io, std::move(remote), std::move(tls), std::move(callbacks))) {
    worker_->start();
}

void Connection::send(std::string_view bytes) {
    worker_->send(bytes);
}

void Connection::close() {
    worker_->close();
}

Result<TlsContext> load_tls(const TlsFiles &files) {
    if (files.private_key.empty() || files.certificate.empty() || files.ca_certificate.empty())
        return fail("ssl: needs a private key, a certificate and the certificate of a CA");
    auto context = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    boost::system::error_code error;
    context->use_private_key_file(files.private_key, asio::ssl::context::pem, error);
    if (error)
        return fail("cannot use the private key {}: {}", files.private_key, error.message());
    context->use_certificate_chain_file(files.certificate, error);
    if (error)
        return fail("cannot use the certificate {}: {}", files.certificate, error.message());
    context->load_verify_file(files.ca_certificate, error);
    if (error)
        return fail("cannot use the CA certificate {}: {}", files.ca_certificate, error.message());
    // As with Open vSwitch the CA is one's own: whom it signed is trusted, by whatever name.
    context->set_verify_mode(asio::ssl::verify_peer);
    return context;
}

} // namespace bvs::ovsdb
