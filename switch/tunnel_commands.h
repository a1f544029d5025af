// SPDX-License-Identifier: Apache-2.0
//
// What people and programs ask of tunnels. In Open vSwitch's words: ofproto/list-tunnels,
// tnl/ports/show; and bvs/tunnels, see docs/unixctl.md.
#pragma once

#include "switch/tunnel_view.h"

namespace bvs::daemon {

class Commands;

void add_tunnel_commands(Commands &commands, TunnelSources sources);

} // namespace bvs::daemon
