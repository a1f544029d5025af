// SPDX-License-Identifier: Apache-2.0
//
// The verbs list and find: records of the database as a table, laid out as ovs-vsctl does.
#pragma once

#include "ctl/context.h"

namespace bvs::ctl {

Result<> list_records(DatabaseContext &context);
Result<> find_records(DatabaseContext &context);
void select_list(const Command &command, const ovsdb::Schema &schema, ovsdb::Selection &selection);

Cell value_cell(const ovsdb::Datum &value, const ovsdb::ColumnType &type, CellFormat format);

} // namespace bvs::ctl
