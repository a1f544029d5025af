// SPDX-License-Identifier: Apache-2.0
//
// From a tunnel of the model to what the datapath has of it, see maps/tunnel.h. Pure functions.
#pragma once

#include "switch/model/tunnel.h"

namespace bvs::compile {

bvs_tunnel compile_tunnel(const model::Tunnel &tunnel);  // how it wraps
bvs_tunnel_end compile_end(const model::Tunnel &tunnel); // what comes in for it

} // namespace bvs::compile
