// SPDX-License-Identifier: Apache-2.0
//
// The schema that bvsctl was built with. It serves to guess which columns to ask the server for,
// and to complete names; what holds is the server's.
#pragma once

#include "ovsdb/schema.h"

namespace bvs::ctl {

const ovsdb::Schema &known_schema();

} // namespace bvs::ctl
