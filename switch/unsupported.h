// SPDX-License-Identifier: Apache-2.0
//
// Settings that the database may hold and this switch does not follow yet: what they are called,
// so that a row's status and the log can say so.
#pragma once

#include "ovsdb/replica.h"

#include <string>

namespace bvs::daemon {

// Those of a row of Bridge, Port or Interface that are in use, joined by ", ".
std::string unsupported_settings(const ovsdb::Row &row);

} // namespace bvs::daemon
