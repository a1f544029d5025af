// SPDX-License-Identifier: Apache-2.0
//
// Builds netlink messages byte by byte, as the kernel would send them.
#pragma once

#include <cstdint>
#include <cstring>
#include <linux/netlink.h>
#include <string_view>
#include <vector>

namespace bvs::host {

class Message {
  public:
    template <class Header>
    Message(std::uint16_t type, const Header &header, std::uint16_t flags = 0) {
        const nlmsghdr start{.nlmsg_type = type, .nlmsg_flags = flags};
        append(&start, sizeof start);
        append(&header, sizeof header);
    }

    template <class T>
    Message &put(std::uint16_t type, const T &value) {
        return put(type, &value, sizeof value);
    }
    Message &put_text(std::uint16_t type, std::string_view text) {
        return put(type, text.data(), text.size());
    }
    Message &put(std::uint16_t type, const void *value, std::size_t size) {
        const nlattr head{static_cast<std::uint16_t>(sizeof(nlattr) + size), type};
        append(&head, sizeof head);
        append(value, size);
        return *this;
    }

    // What `inside` puts is the value of this attribute.
    Message &nest(std::uint16_t type, const auto &inside) {
        const std::size_t start = bytes_.size();
        put(type, nullptr, 0);
        inside(*this);
        const nlattr head{static_cast<std::uint16_t>(bytes_.size() - start), type};
        std::memcpy(bytes_.data() + start, &head, sizeof head);
        return *this;
    }

    // A message that ends after this many bytes, and says so, in storage of just that size.
    Message cut(std::size_t size) const {
        Message part = *this;
        part.bytes_.resize(size);
        part.bytes_.shrink_to_fit();
        return part;
    }

    std::size_t size() const { return bytes_.size(); }
    const std::vector<std::byte> &bytes() {
        const auto length = static_cast<std::uint32_t>(bytes_.size());
        std::memcpy(bytes_.data(), &length, sizeof length);
        return bytes_;
    }
    operator const nlmsghdr &() { return *reinterpret_cast<const nlmsghdr *>(bytes().data()); }

  private:
    void append(const void *data, std::size_t size) {
        const auto *start = static_cast<const std::byte *>(data);
        bytes_.insert(bytes_.end(), start, start + size);
        bytes_.resize(NLMSG_ALIGN(bytes_.size()));
    }

    std::vector<std::byte> bytes_;
};

} // namespace bvs::host
