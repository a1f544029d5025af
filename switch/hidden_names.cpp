// SPDX-License-Identifier: Apache-2.0
#include "switch/hidden_names.h"

#include "base/name_hash.h"

#include <fmt/format.h>

namespace bvs::daemon {

namespace {

constexpr std::string_view k_alias = "bvs:";

std::string instance_of(std::string_view rundir) {
    while (rundir.size() > 1 && rundir.ends_with('/'))
        rundir.remove_suffix(1);
    return fmt::format("{:08x}", name_hash(rundir) & 0xffffffff);
}

} // namespace

HiddenNames::HiddenNames(std::string_view rundir) : instance_(instance_of(rundir)) {}

std::string HiddenNames::name(std::string_view purpose) const {
    const auto bits = name_hash(purpose, name_hash(instance_));
    return fmt::format("bvs{:012x}", (bits ^ bits >> 48) & 0xffffffffffff);
}

std::string HiddenNames::alias(std::string_view purpose) const {
    return fmt::format("{}{}:{}", k_alias, instance_, purpose);
}

std::string HiddenNames::purpose_of(const host::Link &link) const {
    const auto prefix = alias("");
    return link.alias.starts_with(prefix) ? link.alias.substr(prefix.size()) : std::string();
}

bool HiddenNames::is_hidden(const host::Link &link) {
    return link.kind == "veth" && link.alias.starts_with(k_alias);
}

} // namespace bvs::daemon
