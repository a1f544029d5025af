// SPDX-License-Identifier: Apache-2.0
//
// Waits until every packet that is under way now has left the datapath, 8 ms or so: what was taken
// out of its reach before can then be used for something else. BPF programs run under RCU, whose
// grace periods membarrier(2) gives to user space.
#pragma once

#include <functional>

namespace bvs::maps {

using Grace = std::function<void()>;

void grace_period();

} // namespace bvs::maps
