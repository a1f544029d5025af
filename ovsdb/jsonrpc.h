// SPDX-License-Identifier: Apache-2.0
//
// JSON-RPC 1.0 messages as values, as OVSDB (RFC 7047, section 4) and ovs-appctl's control sockets
// speak it: request, response, notification. Text to value and back; the stream is cut into texts
// by stream.h. No I/O; decoding never throws, encoding replaces invalid UTF-8.
#pragma once

#include "base/result.h"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

namespace bvs::ovsdb {

using Json = nlohmann::json;

struct Request {
    Json id; // never null
    std::string method;
    Json params = Json::array();

    bool operator==(const Request &) const = default;
};

struct Notification {
    std::string method;
    Json params = Json::array();

    bool operator==(const Notification &) const = default;
};

struct Response {
    Json id; // never null
    Json result;
    Json error; // null if and only if the request succeeded

    bool operator==(const Response &) const = default;
};

using Message = std::variant<Request, Notification, Response>;

// The text is one that a Splitter found: its limit on nesting is what bounds recursion here.
Result<Message> decode(std::string_view text);
std::string encode(const Message &message);

} // namespace bvs::ovsdb
