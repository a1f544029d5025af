// SPDX-License-Identifier: Apache-2.0
//
// A replica with a bridge br0, its own port and p1 (VLAN 5), and a fake bridge v7 on VLAN 7.
#pragma once

#include "ctl/known_schema.h"
#include "ovsdb/replica.h"

#include <nlohmann/json.hpp>

namespace bvs::ctl::test {

inline std::string uuid(int n) {
    return fmt::format("{:08x}-0000-4000-8000-000000000000", n);
}

inline ovsdb::Replica sample_database() {
    using Json = nlohmann::json;
    auto one = [](int n) { return Json{"uuid", uuid(n)}; };
    auto row = [](const Json &values) { return Json{{"new", values}}; };
    auto port = [&](const char *name, int interface, const Json &more) {
        Json values{{"name", name}, {"interfaces", one(interface)}};
        values.update(more);
        return row(values);
    };
    auto interface = [&](const char *name) { return row({{"name", name}}); };
    Json ids{"map", Json::array({Json{"a", "b"}})};
    Json tables{
        {"Open_vSwitch", {{uuid(1), row({{"bridges", one(2)}, {"next_cfg", 3}})}}},
        {"Bridge",
         {{uuid(2), row({{"name", "br0"},
                         {"external_ids", ids},
                         {"ports", {"set", Json::array({one(3), one(4), one(5)})}}})}}},
        {"Port",
         {{uuid(3), port("br0", 6, Json::object())},
          {uuid(4), port("p1", 7, {{"tag", 5}})},
          {uuid(5), port("v7", 8, {{"tag", 7}, {"fake_bridge", true}})}}},
        {"Interface",
         {{uuid(6), interface("br0")}, {uuid(7), interface("p1")}, {uuid(8), interface("v7")}}}};
    ovsdb::Replica replica;
    ovsdb::Selection selection;
    for (const auto &[name, table] : known_schema().tables)
        selection[name];
    replica.configure(known_schema(), selection);
    ovsdb::Changes changes;
    replica.apply(tables, ovsdb::UpdateFormat::whole, changes).value();
    return replica;
}

inline ovsdb::Uuid id(int n) {
    return *ovsdb::Uuid::parse(uuid(n));
}

} // namespace bvs::ctl::test
