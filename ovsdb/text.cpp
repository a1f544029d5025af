// SPDX-License-Identifier: Apache-2.0
#include "ovsdb/text.h"

#include "ovsdb/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace bvs::ovsdb {

namespace {

constexpr std::int64_t k_longest_range = 1 << 20; // atoms that `first-last` may stand for

bool is_delimiter(char c) {
    return std::string_view(":=, []{}!<>").find(c) != std::string_view::npos;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Needs no quotes within a word.
bool is_plain(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
}

void skip_blanks(std::string_view &rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

bool skip(std::string_view &rest, char c) {
    if (!rest.starts_with(c))
        return false;
    rest.remove_prefix(1);
    return true;
}

// A word, up to a delimiter outside of quotes. Quotes and what is escaped within them stay; a
// backslash outside of quotes takes the next character as it is.
Result<std::string> take_token(std::string_view &rest) {
    std::string token;
    bool quoted = false;
    std::size_t i = 0;
    for (; i < rest.size() && (quoted || !is_delimiter(rest[i])); i++) {
        char c = rest[i];
        if (c == '\\') {
            if (++i == rest.size())
                return fail("{}: a backslash is the last character", rest);
            if (quoted)
                token += c;
            token += rest[i];
            continue;
        }
        if (c == '"')
            quoted = !quoted;
        token += c;
    }
    if (quoted)
        return fail("{}: a quotation mark is not closed", rest);
    rest.remove_prefix(i);
    return token;
}

template <class T>
std::optional<T> parse_number(std::string_view text) {
    skip_blanks(text);
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    T number{};
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

Result<std::string> parse_string(std::string_view text) {
    if (text.empty())
        return fail("an empty string has to be written as \"\"");
    if (!text.starts_with('"'))
        return std::string(text);
    auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_string())
        return fail("{} is not a valid quoted string", text);
    return json.get<std::string>();
}

Result<bool> parse_bool(std::string_view text) {
    for (std::string_view word : {"true", "yes", "on", "1"})
        if (text == word)
            return true;
    for (std::string_view word : {"false", "no", "off", "0"})
        if (text == word)
            return false;
    return fail("\"{}\" is not a boolean; use true or false", text);
}

Result<Atom> parse_uuid(std::string_view text) {
    if (text.size() > 1 && text.starts_with('@') && std::ranges::all_of(text.substr(1), is_plain))
        return NamedUuid{std::string(text.substr(1))};
    if (auto uuid = Uuid::parse(text))
        return *uuid;
    return fail("\"{}\" is not a UUID", text);
}

// `first-last`, of integers; nullopt if the token is no such thing.
Result<std::optional<std::pair<std::int64_t, std::int64_t>>> parse_range(std::string_view token) {
    auto dash = token.find('-', 1);
    if (token.empty() || dash == token.npos)
        return std::nullopt;
    auto first = parse_number<std::int64_t>(token.substr(0, dash));
    auto last = parse_number<std::int64_t>(token.substr(dash + 1));
    if (!first || !last)
        return std::nullopt;
    if (*last < *first)
        return fail("the range {} ends before it starts", token);
    if (static_cast<std::uint64_t>(*last) - static_cast<std::uint64_t>(*first) >=
        static_cast<std::uint64_t>(k_longest_range))
        return fail("the range {} has more than {} values", token, k_longest_range);
    return std::pair(*first, *last);
}

std::string describe(const ColumnType &type) {
    if (type.value)
        return fmt::format("a map from {} to {}", to_string(type.key.type),
                           to_string(type.value->type));
    return fmt::format("{} {}", type.max == 1 ? "one value of type" : "a set of",
                       to_string(type.key.type));
}

// Reads the atoms of a set or the pairs of a map.
class DatumParser {
  public:
    DatumParser(std::string_view text, const ColumnType &type)
        : text_(text), rest_(text), type_(type), open_(type.is_map() ? '{' : '['),
          close_(type.is_map() ? '}' : ']') {}

    Result<Datum> parse() {
        skip_blanks(rest_);
        bool bracketed = skip(rest_, open_);
        skip_blanks(rest_);
        while (!rest_.empty() && !(bracketed && rest_.front() == close_)) {
            if (auto taken = take_element(); !taken)
                return std::unexpected(taken.error());
            skip_blanks(rest_);
            if (skip(rest_, ','))
                skip_blanks(rest_);
        }
        if (bracketed && !skip(rest_, close_))
            return fail("{}: the closing \"{}\" is missing", text_, close_);
        skip_blanks(rest_);
        if (!rest_.empty())
            return fail("{}: \"{}\" follows the closing \"{}\"", text_, rest_, close_);
        return finish();
    }

  private:
    Result<> take_element() {
        auto token = take_word();
        if (!token)
            return std::unexpected(token.error());
        if (type_.is_map())
            return take_pair(*token);
        if (type_.key.type == AtomType::integer) {
            auto range = parse_range(*token);
            if (!range)
                return std::unexpected(range.error());
            if (*range) {
                for (auto i = (*range)->first; i <= (*range)->second; i++)
                    keys_.emplace_back(i);
                return {};
            }
        }
        auto atom = parse_atom(*token, type_.key);
        if (!atom)
            return std::unexpected(atom.error());
        keys_.push_back(std::move(*atom));
        return {};
    }

    Result<> take_pair(std::string_view token) {
        auto key = parse_atom(token, type_.key);
        if (!key)
            return std::unexpected(key.error());
        skip_blanks(rest_);
        if (!skip(rest_, '='))
            return fail("{}: \"=\" is missing after the key {}", text_, token);
        skip_blanks(rest_);
        auto word = take_word();
        if (!word)
            return std::unexpected(word.error());
        auto value = parse_atom(*word, *type_.value);
        if (!value)
            return std::unexpected(value.error());
        pairs_.emplace_back(std::move(*key), std::move(*value));
        return {};
    }

    Result<std::string> take_word() {
        if (!rest_.empty() && is_delimiter(rest_.front()))
            return fail("{}: unexpected \"{}\" in {}", text_, rest_.front(), describe(type_));
        return take_token(rest_);
    }

    Result<Datum> finish() {
        std::size_t given = keys_.size() + pairs_.size();
        auto datum = type_.is_map() ? Datum::map(std::move(pairs_)) : Datum::set(std::move(keys_));
        if (datum.size() != given)
            return fail("{}: a {} is given twice", text_, type_.is_map() ? "key" : "value");
        if (auto good = check(datum, type_); !good)
            return std::unexpected(good.error());
        return datum;
    }

    std::string_view text_;
    std::string_view rest_;
    const ColumnType &type_;
    char open_;
    char close_;
    std::vector<Atom> keys_;
    std::vector<std::pair<Atom, Atom>> pairs_;
};

bool needs_quotes(const std::string &text) {
    if (text.empty() || !is_letter(text.front()))
        return true;
    return !std::ranges::all_of(text, is_plain) || text == "true" || text == "false" ||
           Uuid::parse(text);
}

struct Formatter {
    std::string operator()(std::int64_t value) const { return fmt::to_string(value); }
    std::string operator()(double value) const {
        return fmt::format("{:.{}g}", value, std::numeric_limits<double>::digits10);
    }
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(const std::string &value) const {
        if (bare || !needs_quotes(value))
            return value;
        std::string text;
        append_json_string(text, value);
        return text;
    }
    std::string operator()(const Uuid &value) const { return value.to_string(); }
    std::string operator()(const NamedUuid &value) const { return "@" + value.name; }

    bool bare = false;
};

std::string join(const Datum &datum, Formatter formatter, std::string_view separator) {
    std::string text;
    for (std::size_t i = 0; i < datum.size(); i++) {
        if (i != 0)
            text += separator;
        text += std::visit(formatter, datum.keys()[i]);
        if (datum.is_map())
            text += "=" + std::visit(formatter, datum.values()[i]);
    }
    return text;
}

} // namespace

Result<Atom> parse_atom(std::string_view text, const BaseType &type) {
    switch (type.type) {
    case AtomType::integer:
        if (auto number = parse_number<std::int64_t>(text))
            return *number;
        return fail("\"{}\" is not an integer", text);
    case AtomType::real:
        if (auto number = parse_number<double>(text); number && std::isfinite(*number))
            return *number;
        return fail("\"{}\" is not a number", text);
    case AtomType::boolean:
        return parse_bool(text);
    case AtomType::string:
        return parse_string(text);
    case AtomType::uuid:
        return parse_uuid(text);
    }
    return fail("\"{}\" is of no known type", text);
}

Result<Datum> parse_datum(std::string_view text, const ColumnType &type) {
    return DatumParser(text, type).parse();
}

std::string format(const Atom &atom) {
    return std::visit(Formatter{}, atom);
}

std::string format(const Datum &datum, const ColumnType &type) {
    auto text = join(datum, Formatter{}, ", ");
    if (type.max == 1 && !datum.empty())
        return text;
    return datum.is_map() ? "{" + text + "}" : "[" + text + "]";
}

std::string format_bare(const Datum &datum) {
    return join(datum, Formatter{.bare = true}, " ");
}

Result<Selector> parse_selector(std::string_view text) {
    // Of two operators that begin alike the longer comes first.
    static constexpr std::array<std::string_view, 14> k_operators{
        "{not-in}", "{in}", "{!=}", "{<=}", "{>=}", "{=}", "{<}",
        "{>}",      "!=",   "<=",   ">=",   "=",    "<",   ">"};
    Selector selector;
    auto rest = text;
    auto column = take_token(rest);
    if (!column)
        return std::unexpected(column.error());
    if (column->empty())
        return fail("{}: a column's name is missing", text);
    selector.column = std::move(*column);
    if (skip(rest, ':')) {
        auto token = take_token(rest);
        if (!token)
            return std::unexpected(token.error());
        auto key = parse_string(*token);
        if (!key)
            return fail("{}: the key after \":\" is missing or wrong: {}", text,
                        key.error().message);
        selector.key = std::move(*key);
    }
    if (rest.empty())
        return selector;
    auto found = std::ranges::find_if(k_operators,
                                      [&](std::string_view op) { return rest.starts_with(op); });
    if (found == k_operators.end())
        return fail("{}: there is no operator at \"{}\"; expected one of {}", text, rest,
                    fmt::join(k_operators, " "));
    selector.op = *found;
    selector.value = rest.substr(found->size());
    if (selector.value.empty())
        return fail("{}: a value is missing after \"{}\"; the empty string is written \"\"", text,
                    selector.op);
    return selector;
}

} // namespace bvs::ovsdb
