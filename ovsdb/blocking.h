// SPDX-License-Identifier: Apache-2.0
//
// A client for a tool that does one thing and ends: each call returns when it is done or its time
// is over (an error with code ETIMEDOUT). It has an io_context of its own.
#pragma once

#include "base/result.h"
#include "ovsdb/client.h"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace bvs::ovsdb {

class BlockingClient {
  public:
    using Timeout = std::optional<std::chrono::milliseconds>; // none: for ever

    // Returns once the replica is whole. Without `retry` the first round of remotes that fails is
    // the end, with the last one's error.
    static Result<std::unique_ptr<BlockingClient>>
    connect(std::string_view remotes, ClientOptions options, Timeout timeout, bool retry = false);
    ~BlockingClient();

    // The replica has the transaction's effects when this returns.
    Result<Outcome> transact(const Transaction &transaction, Timeout timeout);

    // Until the predicate, asked now and after each change, holds.
    Result<> wait_until(const std::function<bool(const Replica &)> &holds, Timeout timeout);

    // Hands each batch of changes to `see` until that returns false; or until the time is over,
    // when this returns false.
    bool watch(const std::function<bool(const Changes &)> &see, Timeout timeout);

    const Replica &replica() const;

  private:
    class Loop;
    explicit BlockingClient(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

} // namespace bvs::ovsdb
