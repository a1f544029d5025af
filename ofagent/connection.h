// SPDX-License-Identifier: Apache-2.0
//
// A session on a connected stream: carries bytes between the two until one of them ends. Reports
// its end once, on the io_context's thread; after close() nothing is called any more.
#pragma once

#include "ofagent/session.h"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}
namespace bvs::net {
class Stream;
}

namespace bvs::ofagent {

class Connection {
  public:
    using Ended = std::function<void(const std::string &why)>;

    Connection(boost::asio::io_context &io, std::unique_ptr<net::Stream> stream, Agent &agent,
               const SessionSettings &settings, Ended ended);
    ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    Session &session();
    const Session &session() const;
    void tick(Time now);

  private:
    class Carrier;
    std::shared_ptr<Carrier> carrier_;
};

} // namespace bvs::ofagent
