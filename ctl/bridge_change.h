// SPDX-License-Identifier: Apache-2.0
//
// What changes of bridges and ports have in common: which columns they read, and rows that come and
// go together.
#pragma once

#include "ctl/switch_view.h"

namespace bvs::ctl {

struct Command;

// The columns that a SwitchView reads and these changes touch.
void select_view(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &columns);

// A port of that name with an internal interface, in no bridge yet.
ovsdb::Uuid insert_local_port(Draft &draft, const std::string &name);

void erase_port(Draft &draft, const SwitchView &view, const ViewedPort &port);
void erase_bridge(Draft &draft, const SwitchView &view, const ViewedBridge &bridge);

} // namespace bvs::ctl
