// SPDX-License-Identifier: Apache-2.0
#include "switch/vlan_parsing.h"

#include <charconv>
#include <filesystem>

namespace bvs::daemon {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_feature = "rx-vlan-hw-parse";

} // namespace

VlanParsing::VlanParsing(const std::string &pin_dir, const host::LinkTable &links,
                         host::Ethtool &ethtool)
    : folder_(pin_dir + "/vlan-parsing"), links_(links), ethtool_(ethtool) {
    std::error_code ignored;
    for (const auto &entry : fs::directory_iterator(folder_, ignored)) {
        const auto name = entry.path().filename().string();
        std::uint32_t ifindex = 0;
        std::from_chars(name.data(), name.data() + name.size(), ifindex);
        was_on_.insert(ifindex);
    }
}

std::string VlanParsing::place_of(std::uint32_t ifindex) const {
    return fmt::format("{}/{}", folder_, ifindex);
}

Result<> VlanParsing::turn_off(const host::Link &link) {
    const auto feature = ethtool_.feature(link.name, k_feature);
    if (!feature)
        return std::unexpected(feature.error());
    if (!feature->active)
        return {};
    // First the note: whoever is killed in between has only noted too much.
    const auto ifindex = static_cast<std::uint32_t>(link.ifindex);
    std::error_code error;
    fs::create_directories(place_of(ifindex), error);
    if (error)
        return fail("cannot make {}: {}", place_of(ifindex), error.message());
    was_on_.insert(ifindex);
    const auto off = ethtool_.set_feature(link.name, k_feature, false);
    if (!off)
        forget(ifindex);
    return off;
}

void VlanParsing::restore_unless(const std::function<bool(std::uint32_t ifindex)> &needed) {
    for (const auto ifindex : std::set(was_on_)) {
        if (needed(ifindex))
            continue;
        if (const auto *link = links_.find(static_cast<int>(ifindex)))
            (void)ethtool_.set_feature(link->name, k_feature, true);
        forget(ifindex);
    }
}

void VlanParsing::forget(std::uint32_t ifindex) {
    std::error_code ignored;
    if (was_on_.erase(ifindex))
        fs::remove(place_of(ifindex), ignored);
}

} // namespace bvs::daemon
