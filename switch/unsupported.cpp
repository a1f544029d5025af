// SPDX-License-Identifier: Apache-2.0
#include "switch/unsupported.h"

#include <map>
#include <string_view>
#include <vector>

namespace bvs::daemon {

namespace {

struct Setting {
    std::string_view column;
    std::string_view key = {}; // of a map; empty: the column itself
};

const std::map<std::string_view, std::vector<Setting>> &settings() {
    static const std::map<std::string_view, std::vector<Setting>> all = {
        {"Bridge", {{"stp_enable"}, {"rstp_enable"}, {"auto_attach"}}},
        {"Port", {{"bond_fake_iface"}}},
        {"Interface", {{"cfm_mpid"}, {"lldp", "enable"}}}};
    return all;
}

// What asks for nothing: absent, false, zero, and the words that mean the default.
bool is_in_use(const ovsdb::Datum &datum, std::string_view key) {
    if (!key.empty())
        return datum.get(key) == "true";
    if (const auto flag = datum.boolean())
        return *flag;
    if (const auto number = datum.integer())
        return *number != 0;
    const auto word = datum.string();
    return !datum.empty() && word != "standalone" && word != "off";
}

} // namespace

std::string unsupported_settings(const ovsdb::Row &row) {
    std::string names;
    const auto table = settings().find(row.table());
    if (table == settings().end())
        return names;
    for (const auto &[column, key] : table->second) {
        if (!is_in_use(row[column], key))
            continue;
        if (!names.empty())
            names += ", ";
        names += column;
    }
    return names;
}

} // namespace bvs::daemon
