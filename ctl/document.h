// SPDX-License-Identifier: Apache-2.0
//
// Reads the daemon's JSON documents (docs/unixctl.md). A member that is missing or of another type
// reads as zero or empty: tool and daemon may be of different versions. Never throws.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace bvs::ctl {

using Json = nlohmann::json;

inline const Json &member(const Json &json, const char *name) {
    static const Json null;
    auto found = json.is_object() ? json.find(name) : json.end();
    return json.is_object() && found != json.end() ? *found : null;
}

inline std::string word(const Json &json, const char *name) {
    const auto &value = member(json, name);
    return value.is_string() ? value.get<std::string>() : "";
}

inline std::int64_t number(const Json &json, const char *name) {
    const auto &value = member(json, name);
    return value.is_number() ? value.get<std::int64_t>() : 0;
}

inline double real(const Json &json, const char *name) {
    const auto &value = member(json, name);
    return value.is_number() ? value.get<double>() : 0;
}

inline bool truth(const Json &json, const char *name) {
    const auto &value = member(json, name);
    return value.is_boolean() && value.get<bool>();
}

// As a document for --format=json.
inline std::string pretty(const Json &json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

} // namespace bvs::ctl
