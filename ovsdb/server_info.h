// SPDX-License-Identifier: Apache-2.0
//
// What a server tells of its databases in the database `_Server` (ovsdb-server(7)), and whether it
// can serve the one that we want. A server too old to have `_Server` is taken as it is.
#pragma once

#include "base/result.h"
#include "ovsdb/replica.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace bvs::ovsdb {

class ServerInfo {
  public:
    ServerInfo(std::string database, bool leader_only);

    static nlohmann::json monitor_params(const nlohmann::json &monitor_id);

    // The content of `_Server`, at first and as it changes, in RFC 7047's dialect. An error says
    // why this server is of no use, or no longer.
    Result<> begin(const nlohmann::json &content);
    Result<> update(const nlohmann::json &updates);

  private:
    Result<> judge() const;

    std::string database_;
    bool leader_only_;
    Replica replica_;
    std::string schema_text_; // of our database when the session began
};

} // namespace bvs::ovsdb
