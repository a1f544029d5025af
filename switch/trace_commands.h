// SPDX-License-Identifier: Apache-2.0
//
// Traces on the control socket: ofproto/trace as Open vSwitch has it; bvs/trace, bvs/trace-start,
// bvs/trace-take and bvs/trace-stop for bvsctl, as docs/unixctl.md describes.
#pragma once

namespace bvs::daemon {

class Commands;
class Tracer;

void add_trace_commands(Commands &commands, Tracer &tracer);

} // namespace bvs::daemon
