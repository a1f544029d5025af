// SPDX-License-Identifier: Apache-2.0
//
// bvsd put together: the only place that knows who gets what. It opens what the switch works with,
// feeds it with what happens (database, netlink, drop events, time, signals, control socket), and
// ends it in such a way that the datapath goes on, unless it is told to clean up.
#pragma once

#include "switch/failure.h"
#include "switch/options.h"

#include <functional>
#include <memory>

namespace bvs::daemon {

class Log;

class Daemon {
  public:
    // `configured` is called once, when the first configuration is applied.
    static Attempt<std::unique_ptr<Daemon>> create(const Options &options, Log &log,
                                                   std::function<void()> configured);
    ~Daemon();

    Attempt<> run(); // until it is told to end

  private:
    class Parts;
    explicit Daemon(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

} // namespace bvs::daemon
