// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/scan.h"

#include <algorithm>
#include <charconv>

namespace bvs::text {

namespace {

constexpr std::string_view k_blanks = " \t\r\n";
constexpr std::string_view k_between_words = ", \t\r\n";
constexpr int k_deepest = 64;
constexpr std::size_t k_digits_of_a_half = 16;

// How much of the text is before the first of `ends` that is in no parentheses.
std::size_t length_until(std::string_view text, std::string_view ends) {
    int open = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (open == 0 && ends.contains(text[i]))
            return i;
        open += (text[i] == '(') - (text[i] == ')' && open > 0);
    }
    return text.size();
}

template <class T>
std::optional<T> whole_number(std::string_view digits, int base) {
    T number{};
    const auto *end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
    return error == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::optional<Word> Scanner::next() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(k_between_words), rest_.size()));
    if (rest_.empty())
        return std::nullopt;
    const auto key = std::min(rest_.find_first_of(":=(, \t\r\n"), rest_.size());
    const char delimiter = key < rest_.size() ? rest_[key] : ',';
    Word word{.key = rest_.substr(0, key), .value = {}, .whole = {}};
    std::size_t end = key;
    if (delimiter == ':' || delimiter == '=') {
        word.value = rest_.substr(key + 1);
        word.value = word.value.substr(0, length_until(word.value, k_between_words));
        end = key + 1 + word.value.size();
    } else if (delimiter == '(') {
        const auto inside = rest_.substr(key + 1);
        const auto close = length_until(inside, ")");
        word.value = inside.substr(0, close);
        end = std::min(key + 1 + close + 1, rest_.size());
        // set_field(value)->field
        if (rest_.substr(end).starts_with("->")) {
            end += length_until(rest_.substr(end), k_between_words);
            word.value = rest_.substr(key + 1, end - key - 1);
        }
    }
    word.whole = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return word;
}

Result<> check_parentheses(std::string_view text) {
    int open = 0;
    for (const char c : text) {
        open += (c == '(') - (c == ')');
        if (open < 0)
            return fail("\"{}\" has a closing parenthesis without an opening one", text);
        if (open > k_deepest)
            return fail("parentheses nest deeper than {}", k_deepest);
    }
    if (open)
        return fail("\"{}\" has an opening parenthesis without a closing one", text);
    return {};
}

std::string_view trim(std::string_view text) {
    const auto first = text.find_first_not_of(k_blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

bool equal_ignoring_case(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, {}, lower, lower);
}

std::optional<Halves> split(std::string_view text, std::string_view separator) {
    const auto place = text.find(separator);
    if (place == std::string_view::npos)
        return std::nullopt;
    return Halves{text.substr(0, place), text.substr(place + separator.size())};
}

std::optional<model::Value> parse_value(std::string_view text) {
    if (!text.starts_with("0x") && !text.starts_with("0X")) {
        const auto number = whole_number<std::uint64_t>(text, 10);
        return number ? std::optional(model::Value{0, *number}) : std::nullopt;
    }
    text.remove_prefix(2);
    const auto digits = text.size();
    text.remove_prefix(std::min(text.find_first_not_of('0'), digits ? digits - 1 : 0));
    const auto high = text.size() > k_digits_of_a_half ? text.size() - k_digits_of_a_half : 0;
    const auto upper = high ? whole_number<std::uint64_t>(text.substr(0, high), 16) : 0;
    const auto low = whole_number<std::uint64_t>(text.substr(high), 16);
    return upper && low ? std::optional(model::Value{*upper, *low}) : std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t most) {
    const auto value = parse_value(text);
    if (!value || value->high || value->low > most)
        return std::nullopt;
    return value->low;
}

std::string hex(std::uint64_t number) {
    return number ? fmt::format("{:#x}", number) : "0";
}

std::string hex(const model::Value &value) {
    return value.high ? fmt::format("{:#x}{:016x}", value.high, value.low) : hex(value.low);
}

} // namespace bvs::text
