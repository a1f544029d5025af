// SPDX-License-Identifier: Apache-2.0
#include "ctl/known_schema.h"

#include "ctl/embedded.h"

#include <nlohmann/json.hpp>

namespace bvs::ctl {

const ovsdb::Schema &known_schema() {
    static const auto schema = ovsdb::parse_schema(nlohmann::json::parse(k_schema)).value();
    return schema;
}

} // namespace bvs::ctl
