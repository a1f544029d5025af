// SPDX-License-Identifier: Apache-2.0
#include "switch/host/ethtool.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace bvs::host {

namespace {

// Fixed-size text of the kernel, which need not end in zero.
template <std::size_t size>
std::string text(const char (&bytes)[size]) {
    return {bytes, strnlen(bytes, size)};
}

// An ethtool command that ends in an array, in storage of the right size and alignment.
template <class Command>
class WithTail {
  public:
    explicit WithTail(std::size_t tail_bytes)
        : words_((sizeof(Command) + tail_bytes + sizeof(std::uint32_t) - 1) /
                 sizeof(std::uint32_t)) {}
    Command *operator->() { return reinterpret_cast<Command *>(words_.data()); }
    void *data() { return words_.data(); }

  private:
    std::vector<std::uint32_t> words_;
};

constexpr std::uint32_t blocks_for(std::uint32_t features) {
    return (features + 31) / 32;
}

} // namespace

Result<Ethtool> Ethtool::open() {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return fail_errno(errno, "cannot open a socket for ethtool");
    return Ethtool(fd);
}

Ethtool::Ethtool(Ethtool &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Ethtool &Ethtool::operator=(Ethtool &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Ethtool::~Ethtool() {
    if (fd_ >= 0)
        close(fd_);
}

Result<> Ethtool::call(std::string_view device, void *command, std::string_view what) {
    ifreq request{};
    if (device.size() >= sizeof request.ifr_name)
        return fail("'{}' is no name of a network device: it has more than {} bytes", device,
                    sizeof request.ifr_name - 1);
    device.copy(request.ifr_name, device.size());
    request.ifr_data = static_cast<char *>(command);
    if (ioctl(fd_, SIOCETHTOOL, &request) < 0)
        return fail_errno(errno, "cannot {} of {}", what, device);
    return {};
}

Result<DriverInfo> Ethtool::driver_info(std::string_view device) {
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    if (const auto read = call(device, &info, "read the driver"); !read)
        return std::unexpected(read.error());
    return DriverInfo{text(info.driver), text(info.version), text(info.fw_version)};
}

Result<LinkSettings> Ethtool::link_settings(std::string_view device) {
    // The first call tells, as a negative number, how long the bit masks of the second must be.
    ethtool_link_settings probe{};
    probe.cmd = ETHTOOL_GLINKSETTINGS;
    if (const auto probed = call(device, &probe, "read the link settings"); !probed)
        return std::unexpected(probed.error());
    if (probe.link_mode_masks_nwords >= 0)
        return fail("cannot read the link settings of {}: the kernel does not say their size",
                    device);

    const auto words = static_cast<std::int8_t>(-probe.link_mode_masks_nwords);
    constexpr std::size_t k_masks = 3; // supported, advertised, by the partner
    WithTail<ethtool_link_settings> settings(k_masks * words * sizeof(std::uint32_t));
    settings->cmd = ETHTOOL_GLINKSETTINGS;
    settings->link_mode_masks_nwords = words;
    if (const auto read = call(device, settings.data(), "read the link settings"); !read)
        return std::unexpected(read.error());

    LinkSettings result;
    if (settings->speed != static_cast<std::uint32_t>(SPEED_UNKNOWN))
        result.speed = settings->speed * std::uint64_t{1'000'000};
    if (settings->duplex != DUPLEX_UNKNOWN)
        result.duplex = settings->duplex == DUPLEX_FULL ? Duplex::full : Duplex::half;
    return result;
}

Result<bool> Ethtool::has_link(std::string_view device) {
    ethtool_value value{};
    value.cmd = ETHTOOL_GLINK;
    if (const auto read = call(device, &value, "read the link"); !read)
        return std::unexpected(read.error());
    return value.data != 0;
}

Result<std::uint32_t> Ethtool::count_features(std::string_view device) {
    WithTail<ethtool_sset_info> size(sizeof(std::uint32_t));
    size->cmd = ETHTOOL_GSSET_INFO;
    size->sset_mask = std::uint64_t{1} << ETH_SS_FEATURES;
    if (const auto read = call(device, size.data(), "count the features"); !read)
        return std::unexpected(read.error());
    return size->data[0];
}

Result<Ethtool::FeaturePlace> Ethtool::find_feature(std::string_view device,
                                                    std::string_view name) {
    const auto count = count_features(device);
    if (!count)
        return std::unexpected(count.error());
    WithTail<ethtool_gstrings> names(std::size_t{*count} * ETH_GSTRING_LEN);
    names->cmd = ETHTOOL_GSTRINGS;
    names->string_set = ETH_SS_FEATURES;
    names->len = *count;
    if (const auto read = call(device, names.data(), "list the features"); !read)
        return std::unexpected(read.error());

    for (std::uint32_t i = 0; i < *count; ++i) {
        const auto *start = reinterpret_cast<const char *>(names->data) + i * ETH_GSTRING_LEN;
        if (std::string_view(start, strnlen(start, ETH_GSTRING_LEN)) == name)
            return FeaturePlace{i / 32, 1u << (i % 32), blocks_for(*count)};
    }
    return std::unexpected(Error{
        fmt::format("this kernel knows no feature '{}' of network devices", name), EOPNOTSUPP});
}

Result<Feature> Ethtool::feature(std::string_view device, std::string_view name) {
    const auto place = find_feature(device, name);
    if (!place)
        return std::unexpected(place.error());

    WithTail<ethtool_gfeatures> features(place->blocks * sizeof(ethtool_get_features_block));
    features->cmd = ETHTOOL_GFEATURES;
    features->size = place->blocks;
    if (const auto read = call(device, features.data(), "read the features"); !read)
        return std::unexpected(read.error());
    const ethtool_get_features_block &block = features->features[place->block];
    return Feature{.active = (block.active & place->bit) != 0,
                   .changeable = (block.available & ~block.never_changed & place->bit) != 0};
}

Result<> Ethtool::set_feature(std::string_view device, std::string_view name, bool on) {
    const auto before = feature(device, name);
    if (!before)
        return std::unexpected(before.error());
    if (before->active == on)
        return {};
    const auto place = find_feature(device, name);
    if (!place)
        return std::unexpected(place.error());

    WithTail<ethtool_sfeatures> wish(place->blocks * sizeof(ethtool_set_features_block));
    wish->cmd = ETHTOOL_SFEATURES;
    wish->size = place->blocks;
    wish->features[place->block] = {.valid = place->bit, .requested = on ? place->bit : 0};
    if (const auto set = call(device, wish.data(), "set the features"); !set)
        return set;

    // The kernel accepts wishes that the driver then does not grant.
    const auto after = feature(device, name);
    if (!after)
        return std::unexpected(after.error());
    if (after->active == on)
        return {};
    return std::unexpected(Error{fmt::format("{} cannot turn feature '{}' {}: the driver keeps it",
                                             device, name, on ? "on" : "off"),
                                 EOPNOTSUPP});
}

Result<> Ethtool::clear_features(std::string_view device) {
    const auto count = count_features(device);
    if (!count)
        return std::unexpected(count.error());
    const auto blocks = blocks_for(*count);
    WithTail<ethtool_gfeatures> there(blocks * sizeof(ethtool_get_features_block));
    there->cmd = ETHTOOL_GFEATURES;
    there->size = blocks;
    if (auto read = call(device, there.data(), "read the features"); !read)
        return read;
    WithTail<ethtool_sfeatures> wish(blocks * sizeof(ethtool_set_features_block));
    wish->cmd = ETHTOOL_SFEATURES;
    wish->size = blocks;
    for (std::uint32_t i = 0; i < blocks; ++i) {
        const ethtool_get_features_block &block = there->features[i];
        wish->features[i] = {.valid = block.available & ~block.never_changed, .requested = 0};
    }
    return call(device, wish.data(), "turn the features off");
}

} // namespace bvs::host
