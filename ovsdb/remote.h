// SPDX-License-Identifier: Apache-2.0
//
// Where a database is: active endpoints (net/endpoint.h), several joined by commas. The port is
// 6640 unless given.
#pragma once

#include "net/endpoint.h"

#include <string_view>
#include <vector>

namespace bvs::ovsdb {

using Remote = net::Endpoint;

Result<std::vector<Remote>> parse_remotes(std::string_view text);

} // namespace bvs::ovsdb
