// SPDX-License-Identifier: Apache-2.0
//
// What a driver says about its device (ethtool(8)), in the namespace in which this was opened.
// Many devices answer only some of it: an error with code EOPNOTSUPP is normal. A few ioctls of
// SIOCETHTOOL each (include/uapi/linux/ethtool.h); some drivers take milliseconds, so do not ask
// more often than needed.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace bvs::host {

struct DriverInfo {
    std::string driver;
    std::string version;
    std::string firmware_version; // empty where the driver gives none

    bool operator==(const DriverInfo &) const = default;
};

enum class Duplex { unknown, half, full };

struct LinkSettings {
    std::uint64_t speed = 0; // bits a second; 0 if unknown, as without carrier
    Duplex duplex = Duplex::unknown;

    bool operator==(const LinkSettings &) const = default;
};

struct Feature {
    bool active = false;
    bool changeable = false;
};

class Ethtool {
  public:
    static Result<Ethtool> open();

    Ethtool(Ethtool &&other) noexcept;
    Ethtool &operator=(Ethtool &&other) noexcept;
    ~Ethtool();

    Result<DriverInfo> driver_info(std::string_view device);
    Result<LinkSettings> link_settings(std::string_view device);
    Result<bool> has_link(std::string_view device); // as the driver sees it (mii-tool(8))

    // Features by the names that `ethtool -k` prints in its long form: "rx-vlan-hw-parse" strips
    // VLAN tags before XDP could see them. set_feature() succeeds if the feature is then as wished.
    Result<Feature> feature(std::string_view device, std::string_view name);
    Result<> set_feature(std::string_view device, std::string_view name, bool on);
    // All that can be turned off: what is sent there then comes to the driver in single packets,
    // untagged and linear, with all checksums filled in.
    Result<> clear_features(std::string_view device);

  private:
    struct FeaturePlace {
        std::uint32_t block; // which 32 features
        std::uint32_t bit;
        std::uint32_t blocks; // of all features
    };

    explicit Ethtool(int fd) : fd_(fd) {}

    Result<> call(std::string_view device, void *command, std::string_view what);
    Result<std::uint32_t> count_features(std::string_view device);
    Result<FeaturePlace> find_feature(std::string_view device, std::string_view name);

    int fd_ = -1;
};

} // namespace bvs::host
