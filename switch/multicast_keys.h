// SPDX-License-Identifier: Apache-2.0
//
// What a bridge's snooping comes to in the datapath (maps/multicast.h), and back: what a daemon
// that takes over can tell from it. Pure.
#pragma once

#include "maps/multicast_lists.h"
#include "switch/protocol/snooping.h"

#include <cstdint>

namespace bvs::daemon {

using MulticastEntries = maps::MulticastLists::Entries;

MulticastEntries multicast_keys(std::uint16_t bridge, const protocol::Snooping &snooping);

// What was heard before: members and routers at ports that there still are, as if heard now.
void hear_again(protocol::Snooping &snooping, const MulticastEntries &entries, protocol::Time now);

} // namespace bvs::daemon
