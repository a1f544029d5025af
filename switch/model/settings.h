// SPDX-License-Identifier: Apache-2.0
//
// Reading the free-form maps of the configuration (other_config): a value that makes no sense is
// replaced by what applies then, and said to be wrong in a warning that names it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bvs::model {

using StringMap = std::map<std::string, std::string, std::less<>>;
using Warnings = std::vector<std::string>;

using Mac = std::array<std::uint8_t, 6>;

std::optional<Mac> parse_mac(std::string_view text); // 02:00:00:00:00:01
std::string to_string(const Mac &mac);
std::uint64_t to_number(const Mac &mac); // as maps/abi.h has addresses
Mac to_mac(std::uint64_t number);
Mac made_up_mac(std::string_view name); // of a port without netdev: its own, and always the same

class Settings {
  public:
    // `owner` is for the warnings: "bridge br0".
    Settings(const StringMap &map, std::string owner, Warnings &warnings)
        : map_(map), owner_(std::move(owner)), warnings_(warnings) {}

    std::string_view text(std::string_view key) const; // empty if absent
    bool flag(std::string_view key) const;             // "true", as Open vSwitch has it

    // Absent: nothing. Beyond the range: its end.
    std::optional<std::uint32_t> number(std::string_view key, std::uint32_t least,
                                        std::uint32_t most);
    // Nothing also for group addresses, which no device can have.
    std::optional<Mac> mac(std::string_view key);

    void warn(std::string_view key, std::string_view why);

  private:
    const StringMap &map_;
    std::string owner_;
    Warnings &warnings_;
};

} // namespace bvs::model
