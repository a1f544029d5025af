// SPDX-License-Identifier: Apache-2.0
//
// Connected sockets of whatever kind, for coroutines of Asio: the one place that knows how unix
// sockets, TCP and TLS are opened and accepted. Failures are boost::system::system_error, as
// use_awaitable throws them. Heavy to include: for .cpp files.
#pragma once

#include "net/endpoint.h"
#include "net/tls.h"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <span>

namespace bvs::net {

class Stream {
  public:
    virtual ~Stream() = default;
    virtual boost::asio::awaitable<std::size_t> read(boost::asio::mutable_buffer buffer) = 0;
    virtual boost::asio::awaitable<void> write(boost::asio::const_buffer bytes) = 0;
    virtual void close() = 0; // what is under way fails
};

using StreamPtr = std::unique_ptr<Stream>;

// `tls` may be null for endpoints other than ssl:.
boost::asio::awaitable<StreamPtr> open_stream(boost::asio::io_context &io, Endpoint endpoint,
                                              TlsContext tls);

class Acceptor {
  public:
    virtual ~Acceptor() = default;
    // TLS's handshake is the stream's first step, as a peer may take its time over it.
    virtual boost::asio::awaitable<StreamPtr> accept() = 0;
    virtual void close() = 0;
};

using AcceptorPtr = std::unique_ptr<Acceptor>;

// A unix socket is for its owner and group alone, and takes the place of one that nobody listens
// to.
Result<AcceptorPtr> listen(boost::asio::io_context &io, const Endpoint &endpoint, TlsContext tls);

} // namespace bvs::net
