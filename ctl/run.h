// SPDX-License-Identifier: Apache-2.0
//
// Carries out a command line. Returns the exit status; an error with code ETIMEDOUT is --timeout's.
#pragma once

#include "ctl/command_line.h"

namespace bvs::ctl {

Result<int> run(const CommandLine &line);

// The commands of one line as one transaction.
class Printer;
Result<int> run_on_database(const CommandLine &line, Printer &printer);

Result<int> run_on_bridge(const OpenFlowRun &verb, const CommandLine &line, Printer &printer);

void warn(std::string_view message); // to standard error

} // namespace bvs::ctl
