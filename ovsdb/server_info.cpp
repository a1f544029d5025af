// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/server_info.h"

#include <nlohmann/json.hpp>

namespace bvs::ovsdb {

namespace {

using Json = nlohmann::json;

TableSchema database_table() {
    ColumnType text{.key = {.type = AtomType::string}};
    ColumnType flag{.key = {.type = AtomType::boolean}};
    ColumnType optional_text{.key = {.type = AtomType::string}, .min = 0};
    TableSchema table;
    table.columns["name"] = {text};
    table.columns["model"] = {text};
    table.columns["connected"] = {flag};
    table.columns["leader"] = {flag};
    table.columns["schema"] = {optional_text};
    return table;
}

} // namespace

ServerInfo::ServerInfo(std::string database, bool leader_only)
    : database_(std::move(database)), leader_only_(leader_only) {
    replica_.configure({"_Server", "", {{"Database", database_table()}}}, {{"Database", {}}});
}

Json ServerInfo::monitor_params(const Json &monitor_id) {
    Json columns = Json::array();
    for (const auto &[name, column] : database_table().columns)
        columns.push_back(name);
    return {"_Server", monitor_id, {{"Database", {{"columns", std::move(columns)}}}}};
}

Result<> ServerInfo::begin(const Json &content) {
    Changes changes;
    if (auto good = replica_.replace(content, UpdateFormat::whole, changes); !good)
        return good;
    if (auto good = judge(); !good)
        return good;
    schema_text_ = (*replica_.find("Database", "name", database_))["schema"].string();
    return {};
}

Result<> ServerInfo::update(const Json &updates) {
    Changes changes;
    if (auto good = replica_.apply(updates, UpdateFormat::whole, changes); !good)
        return good;
    if (auto good = judge(); !good)
        return good;
    if ((*replica_.find("Database", "name", database_))["schema"].string() != schema_text_)
        return fail("the schema of database {} has changed", database_);
    return {};
}

Result<> ServerInfo::judge() const {
    auto row = replica_.find("Database", "name", database_);
    if (!row)
        return fail("the server has no database named {}", database_);
    if ((*row)["connected"].boolean() == false)
        return fail("the server has no connection to its cluster for database {}", database_);
    bool clustered = (*row)["model"].string() == "clustered";
    if (leader_only_ && clustered && (*row)["leader"].boolean() == false)
        return fail("the server is not the leader of the cluster for database {}", database_);
    return {};
}

} // namespace bvs::ovsdb
