// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {

namespace {

using Json = nlohmann::json;

constexpr std::string_view k_replacement = "\xef\xbf\xbd"; // U+FFFD

std::string quote(const Json &json) {
    constexpr std::size_t k_longest = 80;
    auto text = json.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > k_longest)
        text = text.substr(0, k_longest) + "...";
    return text;
}

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Length of the well-formed UTF-8 character that the text begins with (Unicode, table 3-7), or 0.
std::size_t character_length(std::string_view text) {
    auto byte = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    unsigned lead = byte(0);
    if (lead < 0x80)
        return 1;
    std::size_t length = lead >= 0xc2 && lead <= 0xdf   ? 2
                         : lead >= 0xe0 && lead <= 0xef ? 3
                         : lead >= 0xf0 && lead <= 0xf4 ? 4
                                                        : 0;
    if (length > text.size())
        return 0;
    for (std::size_t i = 1; i < length; i++)
        if (!is_continuation(text[i]))
            return 0;
    bool overlong = (lead == 0xe0 && byte(1) < 0xa0) || (lead == 0xf0 && byte(1) < 0x90);
    bool surrogate = lead == 0xed && byte(1) > 0x9f;
    bool beyond = lead == 0xf4 && byte(1) > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

void append_ascii(std::string &out, char c) {
    static constexpr char k_digits[] = "0123456789abcdef";
    static constexpr std::string_view k_escaped = "\"\\\b\f\n\r\t";
    static constexpr std::string_view k_letters = "\"\\bfnrt";
    if (auto at = k_escaped.find(c); at != k_escaped.npos) {
        out += '\\';
        out += k_letters[at];
    } else if (c < 0x20) {
        out += "\\u00";
        out += k_digits[c >> 4];
        out += k_digits[c & 15];
    } else {
        out += c;
    }
}

template <class Number>
void append_number(std::string &out, Number number) {
    char text[32];
    auto end = std::to_chars(text, text + sizeof(text), number).ptr;
    out.append(text, end);
}

struct Appender {
    std::string &out;

    void operator()(std::int64_t value) const { append_number(out, value); }
    void operator()(double value) const {
        // JSON has no words for what is not a number.
        append_number(out, std::isfinite(value) ? value : 0.0);
    }
    void operator()(bool value) const { out += value ? "true" : "false"; }
    void operator()(const std::string &value) const { append_json_string(out, value); }
    void operator()(const Uuid &value) const { out += "[\"uuid\",\"" + value.to_string() + "\"]"; }
    void operator()(const NamedUuid &value) const {
        out += "[\"named-uuid\",";
        append_json_string(out, value.name);
        out += ']';
    }
};

// The second element of ["tag", inner], or null.
const Json *tagged(const Json &json, const char *tag) {
    return json.is_array() && json.size() == 2 && json[0] == tag ? &json[1] : nullptr;
}

Result<Atom> uuid_from_json(const Json &json) {
    if (const Json *text = tagged(json, "uuid"); text && text->is_string()) {
        if (auto uuid = Uuid::parse(text->get_ref<const std::string &>()))
            return *uuid;
    }
    if (const Json *name = tagged(json, "named-uuid"); name && name->is_string())
        return NamedUuid{name->get<std::string>()};
    return fail("{} is not a uuid", quote(json));
}

// Of the type that the JSON has.
Result<Atom> atom_from_json(const Json &json) {
    switch (json.type()) {
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
        return atom_from_json(json, AtomType::integer);
    case Json::value_t::number_float:
        return json.get<double>();
    case Json::value_t::boolean:
        return json.get<bool>();
    case Json::value_t::string:
        return json.get<std::string>();
    default:
        return uuid_from_json(json);
    }
}

template <class Read>
Result<Datum> set_from_json(const Json &atoms, Read read) {
    if (!atoms.is_array())
        return fail("{} is not an array of the values of a set", quote(atoms));
    std::vector<Atom> keys;
    keys.reserve(atoms.size());
    for (const Json &json : atoms) {
        auto atom = read(json);
        if (!atom)
            return std::unexpected(atom.error());
        keys.push_back(std::move(*atom));
    }
    return Datum::set(std::move(keys));
}

template <class ReadKey, class ReadValue>
Result<Datum> map_from_json(const Json &elements, ReadKey read_key, ReadValue read_value) {
    if (!elements.is_array())
        return fail("{} is not an array of the pairs of a map", quote(elements));
    std::vector<std::pair<Atom, Atom>> pairs;
    pairs.reserve(elements.size());
    for (const Json &json : elements) {
        if (!json.is_array() || json.size() != 2)
            return fail("{} is not a pair of key and value", quote(json));
        auto key = read_key(json[0]);
        if (!key)
            return std::unexpected(key.error());
        auto value = read_value(json[1]);
        if (!value)
            return std::unexpected(value.error());
        pairs.emplace_back(std::move(*key), std::move(*value));
    }
    return Datum::map(std::move(pairs));
}

} // namespace

void append_json_string(std::string &out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        std::size_t length = character_length(text);
        if (length == 0)
            out += k_replacement;
        else if (length == 1)
            append_ascii(out, text.front());
        else
            out.append(text, 0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    out += '"';
}

void append_json(std::string &out, const Atom &atom) {
    std::visit(Appender{out}, atom);
}

void append_json(std::string &out, const Datum &datum) {
    auto keys = datum.keys();
    if (!datum.is_map() && keys.size() == 1)
        return append_json(out, keys.front());
    out += datum.is_map() ? "[\"map\",[" : "[\"set\",[";
    for (std::size_t i = 0; i < keys.size(); i++) {
        if (i != 0)
            out += ',';
        if (!datum.is_map()) {
            append_json(out, keys[i]);
            continue;
        }
        out += '[';
        append_json(out, keys[i]);
        out += ',';
        append_json(out, datum.values()[i]);
        out += ']';
    }
    out += "]]";
}

Result<Atom> atom_from_json(const Json &json, AtomType type) {
    switch (type) {
    case AtomType::integer:
        if (json.is_number_unsigned() && json.get<std::uint64_t>() > INT64_MAX)
            break;
        if (json.is_number_integer())
            return json.get<std::int64_t>();
        break;
    case AtomType::real:
        if (json.is_number())
            return json.get<double>();
        break;
    case AtomType::boolean:
        if (json.is_boolean())
            return json.get<bool>();
        break;
    case AtomType::string:
        if (json.is_string())
            return json.get<std::string>();
        break;
    case AtomType::uuid:
        return uuid_from_json(json);
    }
    return fail("{} is not of type {}", quote(json), to_string(type));
}

Result<Datum> datum_from_json(const Json &json, const ColumnType &type) {
    auto key = [&](const Json &atom) { return atom_from_json(atom, type.key.type); };
    if (type.value) {
        const Json *pairs = tagged(json, "map");
        if (!pairs)
            return fail("{} is not a map", quote(json));
        auto value = [&](const Json &atom) { return atom_from_json(atom, type.value->type); };
        return map_from_json(*pairs, key, value);
    }
    if (const Json *atoms = tagged(json, "set"))
        return set_from_json(*atoms, key);
    auto atom = key(json);
    if (!atom)
        return std::unexpected(atom.error());
    return Datum(std::move(*atom));
}

Result<Datum> datum_from_json(const Json &json) {
    auto read = [](const Json &atom) { return atom_from_json(atom); };
    if (const Json *pairs = tagged(json, "map"))
        return map_from_json(*pairs, read, read);
    if (const Json *atoms = tagged(json, "set"))
        return set_from_json(*atoms, read);
    auto atom = read(json);
    if (!atom)
        return std::unexpected(atom.error());
    return Datum(std::move(*atom));
}

} // namespace bvs::ovsdb
