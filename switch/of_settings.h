// SPDX-License-Identifier: Apache-2.0
//
// What the database says of a bridge's OpenFlow: Bridge.protocols, fail_mode and controller, and
// the rows of Controller and SSL, as ovs-vswitchd.conf.db(5) describes them.
#pragma once

#include "net/tls.h"
#include "ofagent/controller.h"
#include "ovsdb/replica.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bvs::daemon {

struct OfController {
    ovsdb::Uuid row;
    ofagent::ControllerSettings settings;

    bool operator==(const OfController &) const = default;
};

struct OfSettings {
    std::uint32_t versions = 0; // bit n: version n
    bool secure = false;        // fail_mode; else standalone
    std::vector<OfController> controllers;
    std::vector<std::string> warnings;

    bool operator==(const OfSettings &) const = default;
};

ovsdb::Selection of_selection();
OfSettings of_settings(const ovsdb::Replica &replica, const ovsdb::Row &bridge);
net::TlsFiles of_tls(const ovsdb::Replica &replica); // empty names: not configured

} // namespace bvs::daemon
