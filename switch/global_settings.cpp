// SPDX-License-Identifier: Apache-2.0
#include "switch/global_settings.h"

#include <charconv>

namespace bvs::daemon {

std::string GlobalSettings::text(std::string_view key) const {
    return row_ ? (*row_)["other_config"].get(key).value_or("") : "";
}

std::int64_t GlobalSettings::number(std::string_view key) const {
    const auto digits = text(key);
    std::int64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

GlobalSettings other_config(const ovsdb::Replica *replica) {
    return GlobalSettings(replica ? replica->first("Open_vSwitch") : nullptr);
}

} // namespace bvs::daemon
