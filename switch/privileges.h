// SPDX-License-Identifier: Apache-2.0
//
// What bvsd may do: asks for it at start, and gives up what it does not need to go on.
#pragma once

#include "switch/failure.h"

namespace bvs::daemon {

// Whether the capabilities are there that nothing works without.
Attempt<> check_privileges();

// For good, also for children: keeps CAP_NET_ADMIN (links, tc, socket buffers), CAP_NET_RAW
// (packets sent from user space), CAP_BPF and CAP_PERFMON (maps and programs), CAP_SYS_RESOURCE
// (limits). Those that the process has not stay away.
Result<> reduce_privileges();

// A descriptor a port, and more than a shell usually gives.
void raise_file_limit();

Result<> lock_memory(); // --mlockall

} // namespace bvs::daemon
