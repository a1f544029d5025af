// SPDX-License-Identifier: Apache-2.0
#include "switch/internal_devices.h"

#include <fmt/format.h>

namespace bvs::daemon {

InternalDevices::InternalDevices(const host::LinkTable &links, host::LinkControl &control,
                                 std::string_view rundir)
    : links_(links), control_(control), names_(rundir) {}

Result<host::Link> InternalDevices::ensure(const std::string &port,
                                           const std::optional<host::Mac> &mac,
                                           std::optional<std::uint32_t> mtu,
                                           std::uint32_t first_mtu) {
    const auto *known = links_.find(names_.name(port));
    if (!known)
        return create(port, mac, mtu.value_or(first_mtu));
    auto hidden = *known;
    if (const auto adjusted = adjust(hidden, mac, mtu); !adjusted)
        return std::unexpected(adjusted.error());
    return hidden;
}

Result<host::Link> InternalDevices::create(const std::string &port,
                                           const std::optional<host::Mac> &mac, std::uint32_t mtu) {
    if (links_.find(port))
        return std::unexpected(
            Error{fmt::format("could not add internal port {} (a network device of that name "
                              "exists; rename or delete it)",
                              port),
                  EEXIST});
    auto pair = control_.create_veth(
        {.name = port, .mac = mac},
        {.name = names_.name(port), .alias = names_.alias(port), .ipv6 = false}, mtu);
    if (!pair)
        return std::unexpected(pair.error());
    if (const auto up = control_.set_up(pair->peer.ifindex, true); !up)
        return std::unexpected(up.error());
    pair->peer.up = true;
    return pair->peer;
}

// Also what a process that died in between has left undone.
Result<> InternalDevices::adjust(host::Link &hidden, const std::optional<host::Mac> &mac,
                                 std::optional<std::uint32_t> mtu) {
    Result<> done;
    const auto *visible = hidden.peer_other_netns ? nullptr : links_.find(hidden.peer_ifindex);
    if (visible && hidden.alias.empty())
        done = control_.set_alias(hidden.ifindex, names_.alias(visible->name));
    if (done && !hidden.up) {
        (void)control_.silence_ipv6(hidden.ifindex);
        done = control_.set_up(hidden.ifindex, true);
        hidden.up = true;
    }
    if (done && visible && mac && visible->mac != *mac)
        done = control_.set_mac(visible->ifindex, *mac);
    if (done && mtu && hidden.mtu != *mtu) {
        done = control_.set_mtu(hidden.ifindex, *mtu);
        hidden.mtu = *mtu;
    }
    if (done && visible && mtu && visible->mtu != *mtu)
        done = control_.set_mtu(visible->ifindex, *mtu);
    return done;
}

Result<> InternalDevices::follow_mtu(const std::string &port, std::uint32_t before,
                                     std::uint32_t now) {
    const auto *hidden = links_.find(names_.name(port));
    const auto *visible =
        hidden && !hidden->peer_other_netns ? links_.find(hidden->peer_ifindex) : nullptr;
    if (!visible || (visible->mtu != before && visible->mtu <= now))
        return {};
    auto end = *hidden;
    return adjust(end, {}, now);
}

void InternalDevices::remove(const std::string &port) {
    if (const auto *hidden = links_.find(names_.name(port)))
        (void)control_.delete_link(hidden->ifindex);
    else if (const auto fresh = control_.get(names_.name(port)))
        (void)control_.delete_link(fresh->ifindex);
}

const host::Link *InternalDevices::visible_end(const std::string &port) const {
    const auto *hidden = links_.find(names_.name(port));
    if (!hidden)
        return links_.find(port);
    return hidden->peer_other_netns ? nullptr : links_.find(hidden->peer_ifindex);
}

std::string InternalDevices::port_of(const host::Link &link) const {
    auto purpose = names_.purpose_of(link);
    return purpose.starts_with('/') ? std::string() : purpose;
}

bool InternalDevices::is_hidden_end(const host::Link &link) const {
    return HiddenNames::is_hidden(link);
}

std::vector<std::string> InternalDevices::present() const {
    std::vector<std::string> ports;
    for (const auto &[ifindex, entry] : links_.entries())
        if (auto port = port_of(entry.link); !port.empty())
            ports.push_back(std::move(port));
    return ports;
}

} // namespace bvs::daemon
