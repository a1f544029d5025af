// SPDX-License-Identifier: Apache-2.0
//
// What the whole switch is told beside its bridges: Open_vSwitch.other_config.
#pragma once

#include "ovsdb/replica.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace bvs::daemon {

class GlobalSettings {
  public:
    explicit GlobalSettings(ovsdb::RowPtr row) : row_(std::move(row)) {}

    std::string text(std::string_view key) const;    // empty if it is not there
    std::int64_t number(std::string_view key) const; // 0 if it is none

  private:
    ovsdb::RowPtr row_;
};

// None, without a database.
GlobalSettings other_config(const ovsdb::Replica *replica);

} // namespace bvs::daemon
