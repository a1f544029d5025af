// SPDX-License-Identifier: Apache-2.0
#include "net/stream.h"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace bvs::net {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;
using Unix = asio::local::stream_protocol;

namespace {

template <class Socket>
class StreamOf : public Stream {
  public:
    explicit StreamOf(Socket socket) : socket_(std::move(socket)) {}

    asio::awaitable<std::size_t> read(asio::mutable_buffer buffer) override {
        co_return co_await socket_.async_read_some(buffer, use_awaitable);
    }
    asio::awaitable<void> write(asio::const_buffer bytes) override {
        co_await asio::async_write(socket_, bytes, use_awaitable);
    }
    void close() override {
        boost::system::error_code ignored;
        socket_.close(ignored);
    }

  private:
    Socket socket_;
};

using TlsSocket = asio::ssl::stream<tcp::socket>;

class TlsStream : public Stream {
  public:
    TlsStream(tcp::socket socket, TlsContext tls, asio::ssl::stream_base::handshake_type side)
        : tls_(std::move(tls)), socket_(std::move(socket), *tls_), side_(side) {}

    asio::awaitable<void> shake_hands() {
        shaken_ = true;
        co_await socket_.async_handshake(side_, use_awaitable);
    }
    asio::awaitable<std::size_t> read(asio::mutable_buffer buffer) override {
        if (!shaken_)
            co_await shake_hands();
        co_return co_await socket_.async_read_some(buffer, use_awaitable);
    }
    asio::awaitable<void> write(asio::const_buffer bytes) override {
        co_await asio::async_write(socket_, bytes, use_awaitable);
    }
    void close() override {
        boost::system::error_code ignored;
        socket_.next_layer().close(ignored);
    }

  private:
    TlsContext tls_;
    TlsSocket socket_;
    asio::ssl::stream_base::handshake_type side_;
    bool shaken_ = false;
};

asio::awaitable<StreamPtr> open_unix(asio::io_context &io, const Endpoint &endpoint) {
    Unix::socket socket(io);
    co_await socket.async_connect(Unix::endpoint(endpoint.address), use_awaitable);
    co_return std::make_unique<StreamOf<Unix::socket>>(std::move(socket));
}

asio::awaitable<tcp::socket> connect_tcp(asio::io_context &io, const Endpoint &endpoint) {
    tcp::resolver resolver(io);
    const auto endpoints = co_await resolver.async_resolve(
        endpoint.address, std::to_string(endpoint.port), use_awaitable);
    tcp::socket socket(io);
    co_await asio::async_connect(socket, endpoints, use_awaitable);
    // Requests are small, and someone waits for the answer.
    socket.set_option(tcp::no_delay(true));
    co_return socket;
}

class UnixAcceptor : public Acceptor {
  public:
    explicit UnixAcceptor(Unix::acceptor acceptor) : acceptor_(std::move(acceptor)) {}

    asio::awaitable<StreamPtr> accept() override {
        co_return std::make_unique<StreamOf<Unix::socket>>(
            co_await acceptor_.async_accept(use_awaitable));
    }
    void close() override {
        boost::system::error_code ignored;
        const auto path = acceptor_.local_endpoint(ignored).path();
        acceptor_.close(ignored);
        ::unlink(path.c_str());
    }

  private:
    Unix::acceptor acceptor_;
};

class TcpAcceptor : public Acceptor {
  public:
    TcpAcceptor(tcp::acceptor acceptor, TlsContext tls)
        : acceptor_(std::move(acceptor)), tls_(std::move(tls)) {}

    asio::awaitable<StreamPtr> accept() override {
        auto socket = co_await acceptor_.async_accept(use_awaitable);
        socket.set_option(tcp::no_delay(true));
        if (tls_)
            co_return std::make_unique<TlsStream>(std::move(socket), tls_,
                                                  asio::ssl::stream_base::server);
        co_return std::make_unique<StreamOf<tcp::socket>>(std::move(socket));
    }
    void close() override {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
    }

  private:
    tcp::acceptor acceptor_;
    TlsContext tls_;
};

Result<AcceptorPtr> listen_unix(asio::io_context &io, const Endpoint &endpoint) {
    boost::system::error_code error;
    Unix::acceptor acceptor(io);
    acceptor.open(Unix(), error);
    ::unlink(endpoint.address.c_str());
    // Set before bind, so that at no moment others can connect.
    const auto mask = ::umask(0007);
    if (!error)
        acceptor.bind(Unix::endpoint(endpoint.address), error);
    ::umask(mask);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail_errno(error.value(), "cannot listen at {}", endpoint.to_string());
    return std::make_unique<UnixAcceptor>(std::move(acceptor));
}

Result<AcceptorPtr> listen_tcp(asio::io_context &io, const Endpoint &endpoint, TlsContext tls) {
    boost::system::error_code error;
    const auto address =
        asio::ip::make_address(endpoint.address.empty() ? "::" : endpoint.address, error);
    if (error)
        return fail("cannot listen at {}: {} is no address", endpoint.to_string(),
                    endpoint.address);
    const tcp::endpoint local(address, endpoint.port);
    tcp::acceptor acceptor(io);
    acceptor.open(local.protocol(), error);
    if (!error)
        acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        acceptor.bind(local, error);
    if (!error)
        acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail_errno(error.value(), "cannot listen at {}", endpoint.to_string());
    return std::make_unique<TcpAcceptor>(std::move(acceptor), std::move(tls));
}

} // namespace

asio::awaitable<StreamPtr> open_stream(asio::io_context &io, Endpoint endpoint, TlsContext tls) {
    if (endpoint.kind == Endpoint::Kind::unix_socket)
        co_return co_await open_unix(io, endpoint);
    auto socket = co_await connect_tcp(io, endpoint);
    if (endpoint.kind == Endpoint::Kind::tcp)
        co_return std::make_unique<StreamOf<tcp::socket>>(std::move(socket));
    auto stream = std::make_unique<TlsStream>(std::move(socket), std::move(tls),
                                              asio::ssl::stream_base::client);
    co_await stream->shake_hands();
    co_return stream;
}

Result<AcceptorPtr> listen(asio::io_context &io, const Endpoint &endpoint, TlsContext tls) {
    if (endpoint.kind == Endpoint::Kind::unix_socket)
        return listen_unix(io, endpoint);
    if (endpoint.kind == Endpoint::Kind::ssl && !tls)
        return fail("cannot listen at {}: no private key and certificates are configured",
                    endpoint.to_string());
    return listen_tcp(io, endpoint,
                      endpoint.kind == Endpoint::Kind::ssl ? std::move(tls) : nullptr);
}

} // namespace bvs::net
