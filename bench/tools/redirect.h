// SPDX-License-Identifier: Apache-2.0
//
// Two netdevs joined by the least program there is: what any switch in tc is measured against.
#pragma once

#include "base/result.h"

#include <string>

namespace bvs::bench {

struct RedirectOptions {
    std::string netns;
    std::string one;
    std::string other;
    bool to_peer = false; // bpf_redirect_peer
    std::string pin_dir;  // of a bpffs; lasts until its pins are removed
};

Result<> redirect(const RedirectOptions &options);

} // namespace bvs::bench
