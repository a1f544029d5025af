// SPDX-License-Identifier: Apache-2.0
#include "switch/interface_report.h"

#include "switch/model/settings.h"

namespace bvs::daemon {

namespace {

using ovsdb::Datum;

Datum status_of(const InterfaceFacts &facts) {
    ovsdb::Smap status;
    const auto put = [&status](const char *key, const std::string &value) {
        if (!value.empty())
            status[key] = value;
    };
    put("driver_name", facts.driver.driver);
    put("driver_version", facts.driver.version);
    put("firmware_version", facts.driver.firmware_version);
    if (facts.egress) {
        status["tunnel_egress_iface"] = facts.egress->netdev;
        status["tunnel_egress_iface_carrier"] = facts.egress->carrier ? "up" : "down";
        put("hook_error", facts.egress->hook_error);
    }
    put("hook", facts.hook);
    put("hook_error", facts.hook_error);
    put("unsupported", facts.unsupported);
    return status;
}

Datum duplex_of(host::Duplex duplex) {
    switch (duplex) {
    case host::Duplex::full:
        return "full";
    case host::Duplex::half:
        return "half";
    case host::Duplex::unknown:
        break;
    }
    return {};
}

Datum up_or_down(bool up) {
    return up ? "up" : "down";
}

// What Open vSwitch says of such a port.
ovsdb::Values columns_without_netdev(const InterfaceFacts &facts) {
    const bool made = facts.error.empty();
    return {{"mac_in_use", made && facts.mac ? Datum(model::to_string(*facts.mac)) : Datum()},
            {"mtu", Datum()},
            {"ifindex", made ? Datum(std::int64_t{0}) : Datum()},
            {"admin_state", made ? up_or_down(true) : Datum()},
            {"link_state", made ? up_or_down(true) : Datum()},
            {"link_resets", made ? Datum(std::int64_t{0}) : Datum()},
            {"link_speed", Datum()},
            {"duplex", Datum()}};
}

} // namespace

ovsdb::Values interface_columns(const InterfaceFacts &facts) {
    ovsdb::Values values = {{"ofport", facts.error.empty() ? Datum(std::int64_t{facts.ofport})
                                                           : Datum(std::int64_t{-1})},
                            {"error", facts.error.empty() ? Datum() : Datum(facts.error)},
                            {"status", status_of(facts)}};
    if (!facts.has_netdev) {
        const auto rest = columns_without_netdev(facts);
        values.insert(values.end(), rest.begin(), rest.end());
        return values;
    }
    const auto *link = facts.error.empty() ? facts.link : nullptr;
    const auto put = [&](const char *column, Datum value) {
        values.emplace_back(column, link ? std::move(value) : Datum());
    };
    const host::Link none;
    const auto &known = link ? *link : none;
    put("mac_in_use", model::to_string(facts.mac.value_or(known.mac)));
    put("mtu", std::int64_t{known.mtu});
    put("ifindex", std::int64_t{known.ifindex});
    put("admin_state", up_or_down(known.up));
    put("link_state", up_or_down(known.carrier));
    put("link_resets", std::int64_t{known.carrier_changes});
    put("link_speed",
        facts.settings.speed ? Datum(static_cast<std::int64_t>(facts.settings.speed)) : Datum());
    put("duplex", duplex_of(facts.settings.duplex));
    return values;
}

} // namespace bvs::daemon
