// SPDX-License-Identifier: Apache-2.0
#include "switch/own_database.h"

#include "switch/version.h"

#include <sstream>

namespace bvs::daemon {

namespace {

constexpr const char *k_table = "Open_vSwitch";

// A value of os-release(5), without its quotes.
std::string value_of(const std::string &os_release, const std::string &name) {
    std::istringstream lines(os_release);
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with(name + "="))
            continue;
        line.erase(0, name.size() + 1);
        std::erase_if(line, [](char c) { return c == '"' || c == '\''; });
        return line;
    }
    return "unknown";
}

} // namespace

ovsdb::Selection own_database_selection() {
    return {{k_table, {"db_version", "ovs_version", "system_type", "system_version"}}};
}

bool has_root_row(const ovsdb::Replica &replica) {
    return replica.first(k_table) != nullptr;
}

ovsdb::Transaction initialise_own_database(const ovsdb::Replica &replica,
                                           const std::string &os_release) {
    const ovsdb::Values wanted = {
        {"db_version", replica.schema().version},
        {"ovs_version", std::string(k_open_vswitch_version)},
        {"system_type", value_of(os_release, "ID")},
        {"system_version", value_of(os_release, "VERSION_ID")},
    };
    ovsdb::Transaction transaction;
    auto row = replica.first(k_table);
    if (!row) {
        transaction.insert(k_table, wanted);
        return transaction;
    }
    ovsdb::Values different;
    for (const auto &[column, value] : wanted)
        if ((*row)[column] != value)
            different.emplace_back(column, value);
    if (!different.empty())
        transaction.update(k_table, row->uuid(), different);
    return transaction;
}

} // namespace bvs::daemon
