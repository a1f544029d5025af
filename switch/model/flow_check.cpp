// SPDX-License-Identifier: Apache-2.0
#include "switch/model/flow_check.h"

#include <fmt/format.h>

namespace bvs::model {

namespace {

Answer<> check_instructions(const FlowMod &mod, const Inventory &inventory) {
    const auto &wanted = mod.instructions;
    if (wanted.meter && !inventory.has_meter(*wanted.meter))
        return refuse(Refusal::meter_unknown, fmt::format("there is no meter {}", *wanted.meter));
    // Of "all tables" none is a lower one that could not go on to this.
    const int table = mod.table == k_all_tables ? 0 : mod.table;
    if (wanted.goto_table && (*wanted.goto_table <= table || *wanted.goto_table >= k_tables))
        return refuse(Refusal::instruction_bad_table_id,
                      fmt::format("a flow of table {} cannot go on to table {}; the highest is {}",
                                  table, *wanted.goto_table, k_tables - 1));
    const ActionRules rules{.inventory = inventory, .lenient = mod.lenient_actions};
    auto headers = headers_of(mod.match);
    if (auto answer = check_list(wanted.apply, headers, rules); !answer)
        return answer;
    return check_set(wanted.write, headers, rules);
}

} // namespace

Answer<> check(const Match &match) {
    switch (match.fault()) {
    case Match::Fault::none:
        return {};
    case Match::Fault::bad_prerequisite:
        return refuse(Refusal::match_bad_prerequisite,
                      "a field is matched without the one that says its header is there");
    case Match::Fault::bad_value:
        return refuse(Refusal::match_bad_value,
                      "a value does not fit its field, or contradicts another");
    case Match::Fault::bad_mask:
        break;
    }
    return refuse(Refusal::match_bad_mask, "a field is masked that can only be matched whole");
}

Answer<> check(const FlowMod &mod, const Inventory &inventory) {
    if (mod.table >= k_tables && mod.table != k_all_tables)
        return refuse(
            Refusal::flow_bad_table_id,
            fmt::format("there is no table {}; the highest is {}", mod.table, k_tables - 1));
    if (auto answer = check(mod.match); !answer)
        return answer;
    if (mod.command == FlowCommand::remove || mod.command == FlowCommand::remove_strict)
        return {};
    return check_instructions(mod, inventory);
}

} // namespace bvs::model
