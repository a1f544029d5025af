// SPDX-License-Identifier: Apache-2.0
#include "switch/model/action_use.h"

#include <algorithm>

namespace bvs::model {

namespace {

// Is there an action for which `wanted` holds?
template <class Wanted>
bool any(const Actions &actions, const Wanted &wanted) {
    return std::ranges::any_of(actions, [&](const Action &one) {
        const auto *clone = std::get_if<action::Clone>(&one);
        return clone ? any(clone->actions, wanted) : wanted(one);
    });
}
template <class Wanted>
bool any(const Instructions &instructions, const Wanted &wanted) {
    return any(instructions.apply, wanted) || any(instructions.write, wanted);
}

template <class Kind, class Where>
std::vector<std::uint32_t> numbers(const Where &where, std::uint32_t Kind::*number,
                                   std::vector<std::uint32_t> found = {}) {
    any(where, [&](const Action &one) {
        if (const auto *use = std::get_if<Kind>(&one))
            found.push_back(use->*number);
        return false;
    });
    std::ranges::sort(found);
    found.erase(std::ranges::unique(found).begin(), found.end());
    return found;
}

} // namespace

bool outputs_to(const Instructions &instructions, std::uint32_t port) {
    return any(instructions, [&](const Action &one) {
        if (const auto *output = std::get_if<action::Output>(&one))
            return output->port == port;
        if (const auto *enqueue = std::get_if<action::Enqueue>(&one))
            return enqueue->port == port;
        return port == port::controller && std::holds_alternative<action::Controller>(one);
    });
}

bool uses_group(const Instructions &instructions, std::uint32_t group) {
    return any(instructions, [&](const Action &one) {
        const auto *use = std::get_if<action::Group>(&one);
        return use && use->group == group;
    });
}

bool uses_meter(const Instructions &instructions, std::uint32_t meter) {
    return instructions.meter == meter || any(instructions, [&](const Action &one) {
               const auto *use = std::get_if<action::Meter>(&one);
               return use && use->meter == meter;
           });
}

std::optional<action::FinTimeout> fin_timeout_of(const Instructions &instructions) {
    std::optional<action::FinTimeout> found;
    any(instructions, [&](const Action &one) {
        if (const auto *timeout = std::get_if<action::FinTimeout>(&one))
            found = *timeout;
        return found.has_value();
    });
    return found;
}

std::vector<std::uint32_t> groups_of(const Actions &actions) {
    return numbers(actions, &action::Group::group);
}

std::vector<std::uint32_t> groups_of(const Instructions &instructions) {
    return numbers(instructions, &action::Group::group);
}

std::vector<std::uint32_t> meters_of(const Actions &actions) {
    return numbers(actions, &action::Meter::meter);
}

std::vector<std::uint32_t> meters_of(const Instructions &instructions) {
    std::vector<std::uint32_t> found;
    if (instructions.meter)
        found.push_back(*instructions.meter);
    return numbers(instructions, &action::Meter::meter, std::move(found));
}

} // namespace bvs::model
