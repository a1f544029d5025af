// SPDX-License-Identifier: Apache-2.0
#include "ctl/remote_rows.h"

#include "ovsdb/text.h"

#include <algorithm>
#include <set>

namespace bvs::ctl {

void print_remotes(DatabaseContext &context, const RemoteRows &remotes) {
    std::vector<std::string> targets;
    for (const auto &row :
         context.draft.get(remotes.owner_table, remotes.owner, remotes.column).uuids())
        targets.push_back(context.draft.get(remotes.table, row, "target").string());
    std::ranges::sort(targets);
    context.output.print_lines("target", targets);
}

void erase_remotes(Draft &draft, const RemoteRows &remotes) {
    for (const auto &row : draft.get(remotes.owner_table, remotes.owner, remotes.column).uuids())
        draft.erase(remotes.table, row);
    draft.set(remotes.owner_table, remotes.owner, remotes.column, {});
}

Result<> set_remotes(DatabaseContext &context, const RemoteRows &remotes,
                     const std::vector<std::string> &targets) {
    ovsdb::Datum probe;
    if (auto given = context.command.option("--inactivity-probe")) {
        auto parsed = ovsdb::parse_atom(*given, {.type = ovsdb::AtomType::integer});
        if (!parsed)
            return std::unexpected(parsed.error());
        probe = *parsed;
    }
    erase_remotes(context.draft, remotes);
    std::vector<ovsdb::Uuid> rows;
    for (const auto &target : std::set(targets.begin(), targets.end()))
        rows.push_back(
            context.draft.insert(remotes.table, {{"target", target}, {"inactivity_probe", probe}}));
    context.draft.set(remotes.owner_table, remotes.owner, remotes.column, rows);
    return {};
}

} // namespace bvs::ctl
