// SPDX-License-Identifier: Apache-2.0
//
// A Session on real sockets: connects to the remotes in turn, reconnects for ever, and calls back
// on the io_context's thread. Callbacks may call the client, except that it must not be destroyed
// within one. After destruction nothing is called any more.
#pragma once

#include "base/result.h"
#include "net/tls.h"
#include "ovsdb/remote.h"
#include "ovsdb/session.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace bvs::ovsdb {

struct ClientOptions {
    SessionOptions session; // pace.remotes is filled in
    net::TlsFiles tls;
};

struct ClientCallbacks {
    std::function<void(const ReadyEvent &)> ready; // at first, and after each reconnection
    std::function<void(const Changes &)> changes;  // one transaction's, or several
    std::function<void(bool held)> lock;
    std::function<void(const Error &)> disconnected; // also a connection that was not to be had
};

class Client {
  public:
    using Done = std::function<void(Result<Outcome>)>;

    // `remotes` as remote.h has it; an error if it or a TLS file is of no use.
    static Result<std::unique_ptr<Client>> create(boost::asio::io_context &io,
                                                  std::string_view remotes, ClientOptions options,
                                                  ClientCallbacks callbacks);
    ~Client();

    void start();

    // Calls `done` later, never from within; errors as Session::transact() has them.
    void transact(const Transaction &transaction, Done done);

    bool ready() const;
    bool has_lock() const;
    const Replica &replica() const;

  private:
    class Shell;
    explicit Client(std::shared_ptr<Shell> shell);
    std::shared_ptr<Shell> shell_;
};

} // namespace bvs::ovsdb
