// SPDX-License-Identifier: Apache-2.0
#include "switch/onward_device.h"

namespace bvs::daemon {

namespace {

constexpr std::string_view k_purpose = "/onward";
constexpr std::string_view k_far_end = "/end";
constexpr std::uint32_t k_mtu = 65535; // the most: it is the ways out of here that have limits

void remove_if(const host::LinkTable &links, host::LinkControl &control, const HiddenNames &names,
               const auto &unwanted) {
    for (const auto &[ifindex, entry] : links.entries())
        if (const auto purpose = names.purpose_of(entry.link);
            purpose.starts_with(k_purpose) && unwanted(purpose))
            (void)control.delete_link(ifindex); // and the other end with it
}

} // namespace

void remove_onward_devices(const host::LinkTable &links, host::LinkControl &control,
                           std::string_view rundir) {
    remove_if(links, control, HiddenNames(rundir), [](const auto &) { return true; });
}

OnwardDevice::OnwardDevice(loader::Datapath &datapath, const host::LinkTable &links,
                           host::LinkControl &control, host::Ethtool &ethtool,
                           std::string_view rundir, Logger log)
    : datapath_(datapath), links_(links), control_(control), ethtool_(ethtool), names_(rundir),
      purpose_(fmt::format("{}{}", k_purpose, datapath.generation())),
      far_purpose_(fmt::format("{}{}", purpose_, k_far_end)), log_(std::move(log)) {}

Result<std::uint32_t> OnwardDevice::ensure() {
    if (!is_ready()) {
        const auto link = find_or_make();
        if (!link)
            return std::unexpected(link.error());
        if (const auto done = put_in_service(*link); !done)
            return std::unexpected(done.error());
        ready_ = link->ifindex;
    }
    return static_cast<std::uint32_t>(ready_);
}

// One that was only just made is not known to the links yet.
bool OnwardDevice::is_ready() {
    if (!ready_)
        return false;
    if (const auto *known = links_.find(names_.name(purpose_)))
        return known->ifindex == ready_ && known->up;
    return control_.get(ready_).has_value();
}

Result<host::Link> OnwardDevice::find_or_make() {
    const auto name = names_.name(purpose_);
    if (const auto found = control_.get(name)) {
        if (!found->alias.empty())
            return found;
        (void)control_.delete_link(found->ifindex); // a daemon ended while it made it
    }
    // The alias of this end comes last.
    auto pair = control_.create_veth(
        {.name = names_.name(far_purpose_), .alias = names_.alias(far_purpose_), .ipv6 = false},
        {.name = name, .alias = names_.alias(purpose_), .ipv6 = false}, k_mtu);
    if (!pair)
        return std::unexpected(pair.error());
    return std::move(pair->peer);
}

Result<> OnwardDevice::put_in_service(const host::Link &link) {
    const auto ifindex = static_cast<std::uint32_t>(link.ifindex);
    let_route_ipv6(link);
    if (auto done = control_.set_ipv4_forwarding(link.ifindex, true); !done)
        return done;
    if (link.mtu != k_mtu)
        if (auto done = control_.set_mtu(link.ifindex, k_mtu); !done)
            return done;
    if (auto done = ethtool_.clear_features(link.name); !done)
        return done;
    if (auto done = datapath_.attach_onward(ifindex, static_cast<std::uint32_t>(link.peer_ifindex));
        !done)
        return done;
    for (const auto end : {link.peer_ifindex, link.ifindex})
        if (auto done = control_.set_up(end, true); !done)
            return done;
    auto info = datapath_.maps().onward_info.get(0);
    info.ifindex = ifindex;
    datapath_.maps().onward_info.set(0, info);
    return {};
}

// Who routes IPv6 joins groups of routers and says so, unless IPv6 is disabled, which does not keep
// it from being asked for routes.
void OnwardDevice::let_route_ipv6(const host::Link &link) {
    (void)control_.set_ipv6(link.name, "disable_ipv6", 1);
    if (const auto set = control_.set_ipv6(link.name, "forwarding", 1); !set)
        log_.warn("tunnels find no routes to IPv6 addresses: {}; let bvsd write there, or set "
                  "net.ipv6.conf.default.forwarding=1 before the first tunnel is made",
                  set.error().message);
}

void OnwardDevice::remove() {
    auto info = datapath_.maps().onward_info.get(0);
    info.ifindex = 0;
    datapath_.maps().onward_info.set(0, info);
    if (ready_)
        (void)control_.delete_link(std::exchange(ready_, 0));
    remove_if(links_, control_, names_, [](const auto &) { return true; });
}

void OnwardDevice::remove_former() {
    remove_if(links_, control_, names_, [this](const std::string &purpose) {
        return purpose != purpose_ && purpose != far_purpose_;
    });
}

bool OnwardDevice::is_end(const host::Link &link) const {
    return names_.purpose_of(link).starts_with(k_purpose);
}

} // namespace bvs::daemon
