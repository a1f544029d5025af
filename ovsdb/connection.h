// SPDX-License-Identifier: Apache-2.0
//
// One connection to one remote: a stream of bytes over a unix socket, TCP or TLS. Reports through
// callbacks on the io_context's thread, in this order: connected once, bytes any number of times,
// failed once and last. After close() nothing is called any more.
#pragma once

#include "base/result.h"
#include "net/tls.h"
#include "ovsdb/remote.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace bvs::ovsdb {

class Connection {
  public:
    struct Callbacks {
        std::function<void()> connected;
        std::function<void(std::string_view)> bytes;
        std::function<void(const Error &)> failed;
    };

    // `tls` may be null for remotes other than ssl:.
    Connection(boost::asio::io_context &io, Remote remote, net::TlsContext tls,
               Callbacks callbacks);
    ~Connection() { close(); }
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    void send(std::string_view bytes);
    void close();

  private:
    class Worker;
    std::shared_ptr<Worker> worker_;
};

} // namespace bvs::ovsdb
