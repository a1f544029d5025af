// SPDX-License-Identifier: Apache-2.0
//
// Whatever somebody writes on a command line: what is understood as a value is printed so that it
// is understood again as the same, and survives the way through JSON.
#include "ovsdb/json.h"
#include "ovsdb/text.h"

#include <cstdlib>
#include <nlohmann/json.hpp>

namespace {

using namespace bvs::ovsdb;

void claim(bool holds) {
    if (!holds)
        std::abort();
}

std::vector<ColumnType> types() {
    std::vector<ColumnType> types;
    for (auto key :
         {AtomType::integer, AtomType::real, AtomType::boolean, AtomType::string, AtomType::uuid}) {
        types.push_back({.key = {.type = key}, .min = 0});
        types.push_back({.key = {.type = key}, .min = 0, .max = k_unlimited});
        types.push_back({.key = {.type = key},
                         .value = BaseType{.type = AtomType::string},
                         .min = 0,
                         .max = k_unlimited});
    }
    return types;
}

// Only such text is what the database has, and comes back from it.
bool is_utf8(std::string_view text) {
    try {
        return !nlohmann::json(text).dump().empty();
    } catch (const nlohmann::json::exception &) {
        return false;
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
    static const auto k_types = types();
    std::string_view text(reinterpret_cast<const char *>(data), size);
    (void)parse_selector(text);
    bool utf8 = is_utf8(text);
    for (const auto &type : k_types) {
        auto datum = parse_datum(text, type);
        if (!datum || !utf8)
            continue;
        std::string json;
        append_json(json, *datum);
        claim(datum_from_json(nlohmann::json::parse(json), type) == *datum);
        // Printing rounds real numbers.
        if (type.key.type != AtomType::real)
            claim(parse_datum(format(*datum, type), type) == *datum);
    }
    return 0;
}
