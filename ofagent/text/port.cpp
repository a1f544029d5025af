// SPDX-License-Identifier: Apache-2.0
#include "ofagent/text/port.h"

#include "ofagent/text/scan.h"
#include "switch/model/action.h"

#include <algorithm>
#include <array>

namespace bvs::text {

namespace port = model::port;

namespace {

class Nameless : public Ports {
  public:
    std::optional<std::uint32_t> number(std::string_view) const override { return std::nullopt; }
    std::string name(std::uint32_t) const override { return {}; }
};

struct Reserved {
    std::string_view name;
    std::uint32_t number;
};
constexpr std::uint32_t k_unset = 0xfffffff7; // of actset_output: there is none
// The first of a number's names is printed.
constexpr auto k_reserved = std::to_array<Reserved>({{"IN_PORT", port::in_port},
                                                     {"TABLE", port::table},
                                                     {"NORMAL", port::normal},
                                                     {"FLOOD", port::flood},
                                                     {"ALL", port::all},
                                                     {"CONTROLLER", port::controller},
                                                     {"LOCAL", port::local},
                                                     {"ANY", port::any},
                                                     {"NONE", port::any},
                                                     {"UNSET", k_unset}});

constexpr std::uint32_t k_first_reserved16 = k_unset & 0xffff;
constexpr std::uint32_t k_last16 = 0xffff;

std::optional<std::uint32_t> from_number(std::uint64_t number) {
    if (number < k_first_reserved16 || number >= port::max)
        return static_cast<std::uint32_t>(number);
    if (number <= k_last16)
        return static_cast<std::uint32_t>(0xffff0000 | number);
    return std::nullopt;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Whether it could be taken for a number, or for more than one word.
bool needs_quotes(std::string_view name) {
    return !is_letter(name.front()) || !std::ranges::all_of(name, [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9');
    });
}

} // namespace

const Ports &nameless() {
    static const Nameless k_nameless;
    return k_nameless;
}

std::optional<std::uint32_t> find_port(std::string_view text, const Ports &ports) {
    if (const auto number = parse_number(text, ~0U))
        return from_number(*number);
    for (const auto &[name, number] : k_reserved)
        if (equal_ignoring_case(text, name))
            return number;
    if (text.size() > 2 && text.front() == '"' && text.back() == '"')
        text = text.substr(1, text.size() - 2);
    return ports.number(text);
}

Result<std::uint32_t> parse_port(std::string_view text, const Ports &ports) {
    if (const auto port = find_port(text, ports))
        return *port;
    return fail("unknown port \"{}\": expected a port's number or name, or one of IN_PORT, TABLE, "
                "NORMAL, FLOOD, ALL, CONTROLLER, LOCAL, ANY",
                text);
}

std::string format_port(std::uint32_t port, const Ports &ports) {
    for (const auto &[name, number] : k_reserved)
        if (port == number)
            return std::string(name);
    const auto name = ports.name(port);
    if (name.empty())
        return fmt::format("{}", port);
    return needs_quotes(name) ? fmt::format("\"{}\"", name) : name;
}

} // namespace bvs::text
