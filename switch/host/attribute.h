// SPDX-License-Identifier: Apache-2.0
//
// Reading netlink attributes. Nothing is read beyond the attribute, whatever its length claims;
// libmnl's own loops are C macros that C++ refuses.
#pragma once

#include <cstring>
#include <libmnl/libmnl.h>
#include <string>

namespace bvs::host {

// The attributes between `start` and `end`, up to the first that is malformed.
void for_each_attribute(const void *start, const void *end, const auto &each) {
    const auto *attribute = static_cast<const nlattr *>(start);
    const auto left = [&] {
        return static_cast<int>(static_cast<const char *>(end) -
                                reinterpret_cast<const char *>(attribute));
    };
    for (; mnl_attr_ok(attribute, left()); attribute = mnl_attr_next(attribute))
        each(attribute);
}

// Those of a message, after a family's own header of that size, which the message must have.
void for_each_attribute(const nlmsghdr &message, std::size_t header, const auto &each) {
    for_each_attribute(mnl_nlmsg_get_payload_offset(&message, header),
                       reinterpret_cast<const char *>(&message) + message.nlmsg_len, each);
}

void for_each_nested(const nlattr *nest, const auto &each) {
    const char *start = static_cast<const char *>(mnl_attr_get_payload(nest));
    for_each_attribute(start, start + mnl_attr_get_payload_len(nest), each);
}

// A value of known width; zero if the attribute is shorter.
template <class T>
T attribute_value(const nlattr *attribute) {
    T value{};
    if (mnl_attr_get_payload_len(attribute) >= sizeof value)
        std::memcpy(&value, mnl_attr_get_payload(attribute), sizeof value);
    return value;
}

// The terminating zero is optional on the wire.
inline std::string attribute_text(const nlattr *attribute) {
    const char *start = mnl_attr_get_str(attribute);
    return {start, strnlen(start, mnl_attr_get_payload_len(attribute))};
}

} // namespace bvs::host
