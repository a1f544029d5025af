// SPDX-License-Identifier: Apache-2.0
#include "switch/model/settings.h"

#include "base/name_hash.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace bvs::model {

std::optional<Mac> parse_mac(std::string_view text) {
    Mac mac{};
    if (text.size() != 3 * mac.size() - 1)
        return std::nullopt;
    for (std::size_t i = 0; i < mac.size(); ++i) {
        const char *begin = text.data() + 3 * i;
        if (i && begin[-1] != ':')
            return std::nullopt;
        if (std::from_chars(begin, begin + 2, mac[i], 16).ptr != begin + 2)
            return std::nullopt;
    }
    return mac;
}

std::string to_string(const Mac &mac) {
    return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                       mac[4], mac[5]);
}

std::uint64_t to_number(const Mac &mac) {
    std::uint64_t number = 0;
    for (const auto byte : mac)
        number = number << 8 | byte;
    return number;
}

Mac to_mac(std::uint64_t number) {
    Mac mac{};
    for (auto byte = mac.rbegin(); byte != mac.rend(); ++byte, number >>= 8)
        *byte = static_cast<std::uint8_t>(number);
    return mac;
}

Mac made_up_mac(std::string_view name) {
    auto mac = to_mac(name_hash(name));
    mac[0] = static_cast<std::uint8_t>((mac[0] & ~1U) | 2); // of one station, given out locally
    return mac;
}

std::string_view Settings::text(std::string_view key) const {
    const auto place = map_.find(key);
    return place == map_.end() ? std::string_view() : place->second;
}

bool Settings::flag(std::string_view key) const {
    return text(key) == "true";
}

std::optional<std::uint32_t> Settings::number(std::string_view key, std::uint32_t least,
                                              std::uint32_t most) {
    const auto value = text(key);
    if (value.empty())
        return std::nullopt;
    std::int64_t number = 0;
    const auto end = value.data() + value.size();
    const auto [stop, problem] = std::from_chars(value.data(), end, number);
    if (problem != std::errc() || stop != end) {
        warn(key, fmt::format("is not a number from {} to {}", least, most));
        return std::nullopt;
    }
    const auto used = static_cast<std::uint32_t>(std::clamp<std::int64_t>(number, least, most));
    if (used != number)
        warn(key, fmt::format("is not within {} to {}; using {}", least, most, used));
    return used;
}

std::optional<Mac> Settings::mac(std::string_view key) {
    const auto value = text(key);
    if (value.empty())
        return std::nullopt;
    const auto mac = parse_mac(value);
    if (!mac || (*mac)[0] & 1 || to_number(*mac) == 0) {
        warn(key, "is not the Ethernet address of a device");
        return std::nullopt;
    }
    return mac;
}

void Settings::warn(std::string_view key, std::string_view why) {
    warnings_.push_back(fmt::format("{}: {}={} {}", owner_, key, text(key), why));
}

} // namespace bvs::model
