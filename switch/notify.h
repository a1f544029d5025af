// SPDX-License-Identifier: Apache-2.0
//
// Tells the service manager how far we are, if there is one that asked to be told (sd_notify(3),
// which is one datagram and no reason to link a library).
#pragma once

#include <string_view>

namespace bvs::daemon {

void notify_service_manager(std::string_view state); // "READY=1"

} // namespace bvs::daemon
