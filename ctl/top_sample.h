// SPDX-License-Identifier: Apache-2.0
//
// What `top` shows: the daemon's counters at two moments, and as a document what happened between
// them, a second. The document is what --format=json prints, and all tables are made of it.
#pragma once

#include "ctl/daemon.h"
#include "ctl/document.h"
#include "ctl/table.h"

#include <chrono>
#include <string>

namespace bvs::ctl {

struct TopSample {
    std::chrono::steady_clock::time_point time;
    Json totals; // as docs/unixctl.md has them
    Json ports;
    Json drops;
    Json trajectories;
};

Result<TopSample> take_top_sample(Daemon &daemon);

// Of counters that went back, or that were not there before, nothing is said to have happened.
Json top_rates(const TopSample &before, const TopSample &now);

enum class TopView { ports, flows, drops, cache };

Table top_table(const Json &rates, TopView view);

// How all of it is, in three lines.
std::string top_summary(const Json &rates);

} // namespace bvs::ctl
