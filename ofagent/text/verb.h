// SPDX-License-Identifier: Apache-2.0
//
// Reading one action: each name has a function that makes the action of what is behind the name.
#pragma once

#include "ofagent/text/action.h"
#include "switch/model/headers.h"

#include <span>

namespace bvs::text {

struct ActionContext {
    const Ports &ports;
    model::KnownHeaders headers; // of the packets that the flow matches
};

struct Verb {
    std::string_view name;
    Result<model::Action> (*parse)(std::string_view argument, const ActionContext &context);
};

std::span<const Verb> output_verbs(); // where a packet goes
std::span<const Verb> field_verbs();  // what becomes of its fields
std::span<const Verb> header_verbs(); // and of its headers
std::span<const Verb> choice_verbs(); // multipath and bundles

Result<model::Actions> parse_actions(std::string_view text, const ActionContext &context);
// `whole` is for the error: the action with its argument.
Result<model::Action> parse_action(std::string_view name, std::string_view argument,
                                   std::string_view whole, const ActionContext &context);

// An action that is only its name.
template <class Made>
Result<model::Action> plain(std::string_view argument, const ActionContext &) {
    if (!argument.empty())
        return fail("unexpected argument \"{}\"", argument);
    return Made{};
}

} // namespace bvs::text
