// SPDX-License-Identifier: Apache-2.0
//
// Help texts, made from the table of verbs. Pure.
#pragma once

#include "ctl/verb.h"

namespace bvs::ctl {

std::string help(bool colour);                   // all verbs and options
std::string help(const Verb &verb, bool colour); // one of them

} // namespace bvs::ctl
