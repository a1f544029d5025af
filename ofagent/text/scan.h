// SPDX-License-Identifier: Apache-2.0
//
// The pieces that ovs-ofctl's syntax is made of: words `key`, `key=value`, `key:value` and
// `key(value)` between commas or blanks, where parentheses in a value nest; and numbers. Views
// point into the text that was given.
#pragma once

#include "base/result.h"
#include "switch/model/field.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bvs::text {

struct Word {
    std::string_view key;
    std::string_view value; // empty: none
    std::string_view whole; // both, as they were written
};

class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    std::optional<Word> next();

  private:
    std::string_view rest_;
};

// Every parenthesis has its partner, and they nest no deeper than anybody needs.
Result<> check_parentheses(std::string_view text);

std::string_view trim(std::string_view text);
bool equal_ignoring_case(std::string_view one, std::string_view other);
// Before and after the first `separator`; nothing if it is not there.
struct Halves {
    std::string_view before, after;
};
std::optional<Halves> split(std::string_view text, std::string_view separator);

// Decimal, or hexadecimal with 0x.
std::optional<model::Value> parse_value(std::string_view text);
std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most);

// The number that the word `name` has; the error names both.
template <class T>
Result<T> number_of(std::string_view name, std::string_view text, T most = ~T{}) {
    if (const auto number = parse_number(text, most))
        return static_cast<T>(*number);
    return fail("invalid {} \"{}\": expected a number from 0 to {}", name, text, most);
}

template <class T>
Result<> assign(T &to, const Result<T> &from) {
    if (!from)
        return std::unexpected(from.error());
    to = *from;
    return {};
}

// As printf's %#x: 0x1f, and 0 without prefix.
std::string hex(std::uint64_t number);
std::string hex(const model::Value &value);

} // namespace bvs::text
