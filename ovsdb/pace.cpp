// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/pace.h"

#include <algorithm>

namespace bvs::ovsdb {

void Pace::wait(Time now, std::chrono::milliseconds interval) {
    deadline_ = interval.count() == 0 ? Time::max() : now + interval;
}

Time Pace::start(Time now) {
    wait(now, options_.connect_timeout);
    return now;
}

void Pace::connected(Time now) {
    connected_ = true;
    heard(now);
}

void Pace::heard(Time now) {
    probing_ = false;
    wait(now, options_.probe_interval);
}

void Pace::settled() {
    failed_ = 0;
    back_off_ = {};
}

Time Pace::disconnected(Time now) {
    connected_ = false;
    probing_ = false;
    Time next = now;
    if (++failed_ >= options_.remotes) {
        failed_ = 0;
        back_off_ = std::clamp(2 * back_off_, options_.back_off_min, options_.back_off_max);
        next += back_off_;
    }
    wait(next, options_.connect_timeout);
    return next;
}

Pace::Verdict Pace::check(Time now) {
    if (now < deadline_)
        return Verdict::nothing;
    if (!connected_)
        return Verdict::connect_timed_out;
    if (probing_)
        return Verdict::peer_is_dead;
    probing_ = true;
    wait(now, options_.probe_interval);
    return Verdict::send_probe;
}

} // namespace bvs::ovsdb
