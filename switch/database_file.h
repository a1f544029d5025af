// SPDX-License-Identifier: Apache-2.0
//
// The file of a database of our own: made from our schema where there is none, converted where its
// schema is older, and looked over before a server opens it: ovsdb-server takes what it can read
// of a damaged file and overwrites the rest. Works through ovsdb-tool(1), before the server runs.
#pragma once

#include "switch/failure.h"
#include "switch/log.h"

#include <string>

namespace bvs::daemon {

// Where this build's schema is: as installed, beside the program, or in the source it was built
// from.
Attempt<std::string> find_schema();

// Leaves a file that a server can open, with our schema or a newer one. A last record that was cut
// off, as by a power failure, is no reason to stay down: it is dropped, a copy of the file is kept,
// and the log says so. All other damage is an error, and nothing was changed.
Attempt<> prepare_database_file(const std::string &file, const std::string &schema,
                                const Logger &log);

Attempt<bool> schema_is_outdated(const std::string &file, const std::string &schema);

// Whether version a comes before b: numbers joined by dots.
bool version_before(std::string_view a, std::string_view b);

} // namespace bvs::daemon
