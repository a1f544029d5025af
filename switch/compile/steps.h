// SPDX-License-Identifier: Apache-2.0
//
// From a port as it is to a port as it is wanted: which steps, in an order in which every packet in
// between meets a state that makes sense. A port becomes visible to others by its last step, and
// stops being so by its first; what is there already needs no step. Pure functions.
#pragma once

#include "switch/compile/entries.h"

#include <vector>

namespace bvs::compile {

enum class Step {
    close_end,     // no frame comes in for this tunnel port
    unlink,        // out of the flood list: nobody sends to it unasked
    detach_xdp,    // and out of the devmap
    detach,        // the tc program from the old netdev, which is no port any more
    flush,         // forget the addresses learned at it
    clear,         // its entry is free
    write_vlans,   // the list, before the entry tells to look at it
    write_policer, // its limits, likewise
    write_tunnel,  // how it wraps, before the entry tells to
    write,         // the entry, except `next` and BVS_PORT_XDP
    open_end,      // frames for the tunnel are this port's; for its former end they are no more
    attach,        // the netdev becomes the port, and gets the tc program
    attach_xdp,    // into the devmap as well
    link,          // into the flood list
    write_dscp,    // of its queues; last, as without it packets only go unmarked
};

struct PortState {
    Port port;
    bool attached = false; // to its netdev, by this process
    bool linked = false;
};

// No port present: it is made. None wanted: it is taken away.
std::vector<Step> steps(const PortState *present, const Port *wanted);

} // namespace bvs::compile
