// SPDX-License-Identifier: Apache-2.0
//
// Where the packets of a tunnel would leave the host at this moment, for the database. Forwarding
// asks the kernel by itself.
#pragma once

#include "switch/host/link_table.h"
#include "switch/host/routing.h"
#include "switch/interface_report.h"
#include "switch/model/tunnel.h"
#include "switch/underlay.h"

#include <functional>
#include <optional>

namespace bvs::daemon {

// Nothing if there is no route, or the remote address is the flow's.
using EgressOf = std::function<std::optional<Egress>(const model::Tunnel &)>;

// All of which outlive it.
EgressOf egress_by(host::Routing &routing, const host::LinkTable &links, const Underlay &underlay);

} // namespace bvs::daemon
