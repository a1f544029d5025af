// SPDX-License-Identifier: Apache-2.0
//
// What this kernel can do, found by trying; and whether it can do enough.
#pragma once

#include "base/result.h"

#include <string>

namespace bvs::loader {

struct Features {
    std::string kernel; // release, as uname has it
    bool tcx = false;   // BPF links at the tc hook, preferred and there; otherwise clsact
};

// An error says what is missing and what to do: kernel older than 6.1, BPF not permitted, no bpffs
// at pin_dir.
Result<Features> probe(const std::string &pin_dir);

} // namespace bvs::loader
