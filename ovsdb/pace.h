// SPDX-License-Identifier: Apache-2.0
//
// When to probe, to give up and to try again: the clockwork of a connection that is to stay. Time
// is told by the caller; no I/O.
#pragma once

#include <chrono>
#include <optional>

namespace bvs::ovsdb {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

struct PaceOptions {
    unsigned remotes = 1; // tried in turn without delay before backing off
    std::chrono::milliseconds probe_interval{5000};   // 0: no probes
    std::chrono::milliseconds connect_timeout{10000}; // 0: none
    std::chrono::milliseconds back_off_min{1000};
    std::chrono::milliseconds back_off_max{8000};
};

class Pace {
  public:
    enum class Verdict { nothing, send_probe, connect_timed_out, peer_is_dead };

    explicit Pace(PaceOptions options) : options_(options) {}

    Time start(Time now); // when to connect first
    void connected(Time now);
    void heard(Time now);        // from the peer, whatever it said
    void settled();              // the connection has proved to be of use
    Time disconnected(Time now); // when to connect next
    Verdict check(Time now);     // to be asked at deadline() or later
    Time deadline() const { return deadline_; }

    const PaceOptions &options() const { return options_; }

  private:
    void wait(Time now, std::chrono::milliseconds interval);

    PaceOptions options_;
    Time deadline_ = Time::max();
    std::chrono::milliseconds back_off_{0};
    unsigned failed_ = 0; // remotes in this round
    bool connected_ = false;
    bool probing_ = false;
};

} // namespace bvs::ovsdb
