// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/jsonrpc.h"

namespace bvs::ovsdb {

namespace {

// Takes a member out of the object; null if it is not there.
Json take(Json &object, const char *name) {
    auto it = object.find(name);
    return it == object.end() ? Json() : std::move(*it);
}

Result<Json> parse(std::string_view text) {
    try {
        return Json::parse(text);
    } catch (const Json::parse_error &error) {
        return fail("not JSON at offset {} of the message: {}", error.byte, error.what());
    } catch (const Json::exception &error) {
        return fail("not JSON: {}", error.what());
    }
}

} // namespace

Result<Message> decode(std::string_view text) {
    auto json = parse(text);
    if (!json)
        return std::unexpected(json.error());
    if (!json->is_object())
        return fail("a JSON-RPC message has to be an object, not {}", json->type_name());

    Json id = take(*json, "id");
    if (json->contains("method")) {
        Json method = take(*json, "method");
        if (!method.is_string())
            return fail("\"method\" has to be a string, not {}", method.type_name());
        Json params = json->contains("params") ? take(*json, "params") : Json::array();
        if (!params.is_array())
            return fail("\"params\" of {} has to be an array, not {}", method.dump(-1, ' ', true),
                        params.type_name());
        if (id.is_null())
            return Notification{method.get<std::string>(), std::move(params)};
        return Request{std::move(id), method.get<std::string>(), std::move(params)};
    }
    if (!json->contains("result") && !json->contains("error"))
        return fail("a JSON-RPC message needs \"method\", \"result\" or \"error\"");
    if (id.is_null())
        return fail("a JSON-RPC response needs an \"id\"");
    return Response{std::move(id), take(*json, "result"), take(*json, "error")};
}

std::string encode(const Message &message) {
    struct Encoder {
        Json operator()(const Request &m) const {
            return {{"id", m.id}, {"method", m.method}, {"params", m.params}};
        }
        Json operator()(const Notification &m) const {
            return {{"id", nullptr}, {"method", m.method}, {"params", m.params}};
        }
        Json operator()(const Response &m) const {
            return {{"id", m.id}, {"result", m.result}, {"error", m.error}};
        }
    };
    return std::visit(Encoder{}, message).dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace bvs::ovsdb
