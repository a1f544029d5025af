// SPDX-License-Identifier: Apache-2.0
//
// A server of documents over HTTP/1.1 (RFC 9110 and 9112) that are made when somebody asks for
// them: GET and HEAD, one request a connection, no bodies. A client has a limited time for all of
// it, and if there are many the oldest is closed for a new one: who is slow, or sends what makes no
// sense, is in nobody's way. Everything happens on the io_context's thread.
#pragma once

#include "base/result.h"
#include "net/endpoint.h"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace boost::asio {
class io_context;
}

namespace bvs::net {

struct HttpDocument {
    std::string_view type; // media type
    std::shared_ptr<const std::string> text;
};

// By path, without query; nothing: there is no such document.
using HttpGet = std::function<std::optional<HttpDocument>(std::string_view path)>;

struct HttpLimits {
    std::size_t connections = 16;
    std::size_t header_bytes = 8192;
    std::chrono::milliseconds patience{10000};
};

// One request from its bytes to the answer's. No I/O.
class HttpExchange {
  public:
    HttpExchange(const HttpGet &get, const HttpLimits &limits);
    ~HttpExchange();

    // The answer, once it is clear what is wanted, or that it makes no sense; nothing: there is to
    // come more.
    std::optional<std::string> feed(std::string_view bytes);

  private:
    class Parser;
    std::string respond() const;

    std::unique_ptr<Parser> parser_;
    const HttpGet &get_;
};

class HttpServer {
  public:
    static Result<std::unique_ptr<HttpServer>> listen(boost::asio::io_context &io,
                                                      const Endpoint &endpoint, HttpGet get,
                                                      HttpLimits limits = {});
    ~HttpServer(); // closes what is under way
    HttpServer(const HttpServer &) = delete;
    HttpServer &operator=(const HttpServer &) = delete;

  private:
    class Host;
    explicit HttpServer(std::shared_ptr<Host> host);
    std::shared_ptr<Host> host_;
};

} // namespace bvs::net
