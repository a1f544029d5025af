// SPDX-License-Identifier: Apache-2.0
#include "switch/write_back.h"

#include <utility>

namespace bvs::daemon {

void WriteBack::set(const std::string &table, const ovsdb::Uuid &uuid,
                    const ovsdb::Values &values) {
    auto &row = rows_[uuid];
    for (const auto &[column, value] : values) {
        const auto [place, is_new] = row.written.try_emplace(column, value);
        if (!is_new && place->second == value)
            continue;
        place->second = value;
        auto &update = updates_[uuid];
        update.table = table;
        update.values[column] = value;
    }
}

void WriteBack::forget(const ovsdb::Uuid &row) {
    rows_.erase(row);
    updates_.erase(row);
}

void WriteBack::forget_all() {
    rows_.clear();
    updates_.clear();
}

std::optional<ovsdb::Transaction> WriteBack::take() {
    if (updates_.empty())
        return std::nullopt;
    ovsdb::Transaction transaction;
    transaction.assert_lock("ovs_vswitchd");
    for (const auto &[uuid, update] : std::exchange(updates_, {}))
        transaction.update(update.table, uuid, {update.values.begin(), update.values.end()});
    return transaction;
}

} // namespace bvs::daemon
