// SPDX-License-Identifier: Apache-2.0
//
// The configured topology as a graph in Graphviz' language: bridges, ports and their bonds, patch
// ports, tunnels and where they lead, mirrors, controllers. Pure.
#pragma once

#include "ctl/command_line.h"
#include "ctl/draft.h"

#include <string>

namespace bvs::ctl {

std::string graph_of(const Draft &draft);

// What it reads, for a verb.
void select_graph(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &columns);

} // namespace bvs::ctl
