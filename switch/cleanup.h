// SPDX-License-Identifier: Apache-2.0
//
// Takes away what a bvsd that is not running any more has left in the kernel and in its run
// directory, so that the host is as if it had never run. The database and its backups stay: they
// are the user's.
#pragma once

#include "switch/failure.h"
#include "switch/log.h"
#include "switch/options.h"

namespace bvs::daemon {

// `bvsd --cleanup`. An error if a daemon runs: that one has to do it itself.
Attempt<> clean_up(const Options &options, Log &log);

} // namespace bvs::daemon
