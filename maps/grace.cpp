// SPDX-License-Identifier: Apache-2.0
#include "maps/grace.h"

#include <linux/membarrier.h>
#include <stdexcept>
#include <sys/syscall.h>
#include <unistd.h>

namespace bvs::maps {

void grace_period() {
    // It cannot fail where it is known, and a kernel built without it cannot run this datapath.
    if (syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0))
        throw std::runtime_error("this kernel has no membarrier(2): CONFIG_MEMBARRIER is needed");
}

} // namespace bvs::maps
