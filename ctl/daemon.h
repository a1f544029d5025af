// SPDX-License-Identifier: Apache-2.0
//
// The running daemon's control socket, as docs/unixctl.md has it. Blocking, one request at a time.
#pragma once

#include "base/result.h"

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace bvs::ctl {

// An error of the daemon's own, as against one on the way to it, has this code.
inline constexpr int k_refused = -1;

class Daemon {
  public:
    explicit Daemon(std::string rundir, std::optional<std::chrono::seconds> timeout = {})
        : rundir_(std::move(rundir)), timeout_(timeout) {}

    Result<std::string> call(const std::string &method, const std::vector<std::string> &arguments);
    Result<nlohmann::json> call_json(const std::string &method,
                                     const std::vector<std::string> &arguments);

  private:
    std::string rundir_;
    std::optional<std::chrono::seconds> timeout_;
};

// Who holds the lock on the daemon's pidfile.
Result<int> find_daemon(const std::string &rundir);

} // namespace bvs::ctl
