// SPDX-License-Identifier: Apache-2.0
//
// Actions that choose one of several links by a hash: multipath, bundle, bundle_load.
#include "ofagent/text/choice.h"
#include "ofagent/text/scan.h"
#include "ofagent/text/subfield.h"
#include "ofagent/text/verb.h"

#include <algorithm>
#include <span>
#include <vector>

namespace bvs::text {

namespace action = model::action;
using model::Action;

namespace {

using Parsed = Result<Action>;
using Arguments = std::vector<std::string_view>;

Arguments arguments_of(std::string_view text) {
    Arguments arguments;
    Scanner scanner(text);
    while (const auto word = scanner.next())
        arguments.push_back(word->whole);
    return arguments;
}

Result<std::uint16_t> parse_name(std::string_view what, std::string_view name,
                                 std::span<const std::string_view> names) {
    const auto place = std::ranges::find(names, name);
    if (place == names.end())
        return fail("unknown {} \"{}\": expected one of {}", what, name, fmt::join(names, ", "));
    return static_cast<std::uint16_t>(place - names.begin());
}

// Hash, basis and algorithm are the first three of both.
template <class Made>
Result<> take_hash(Made &made, const Arguments &arguments,
                   std::span<const std::string_view> algorithms) {
    const auto fields = parse_name("hash", arguments[0], k_hash_names);
    if (!fields)
        return std::unexpected(fields.error());
    const auto basis = number_of<std::uint16_t>("basis", arguments[1]);
    if (!basis)
        return std::unexpected(basis.error());
    const auto number = parse_name("algorithm", arguments[2], algorithms);
    if (!number)
        return std::unexpected(number.error());
    made.fields = static_cast<action::HashFields>(*fields);
    made.basis = *basis;
    made.algorithm = *number;
    return {};
}

Result<model::Subfield> parse_destination(std::string_view text) {
    auto destination = parse_subfield(text);
    if (destination && !model::info(destination->field).writable)
        return fail("{} is read-only", text);
    return destination;
}

Parsed multipath(std::string_view argument, const ActionContext &) {
    constexpr std::uint32_t k_most_links = 65536;
    const auto arguments = arguments_of(argument);
    if (arguments.size() != 6)
        return fail("expected multipath(HASH,BASIS,ALGORITHM,LINKS,ARGUMENT,FIELD[BITS])");
    action::Multipath made;
    if (const auto done = take_hash(made, arguments, k_multipath_names); !done)
        return std::unexpected(done.error());
    const auto links = number_of<std::uint32_t>("number of links", arguments[3], k_most_links);
    if (!links)
        return std::unexpected(links.error());
    const auto number = number_of<std::uint32_t>("argument", arguments[4]);
    if (!number)
        return std::unexpected(number.error());
    const auto destination = parse_destination(arguments[5]);
    if (!destination)
        return std::unexpected(destination.error());
    if (*links == 0 || !(model::Value{0, *links - 1} & ~model::low_bits(destination->bits)).zero())
        return fail("the numbers of {} links do not fit into \"{}\"", *links, arguments[5]);
    made.max_link = static_cast<std::uint16_t>(*links - 1);
    made.argument = *number;
    made.destination = *destination;
    return made;
}

// members:1,2,3
Result<> take_members(action::Bundle &made, const Arguments &arguments, std::size_t first,
                      const Ports &ports) {
    for (auto i = first; i < arguments.size(); ++i) {
        auto text = arguments[i];
        if (i == first) {
            const auto halves = split(text, ":");
            if (!halves || (halves->before != "members" && halves->before != "slaves"))
                return fail("\"{}\": expected members:PORT,PORT...", text);
            text = halves->after;
        }
        if (text.empty())
            continue;
        const auto port = parse_port(text, ports);
        if (!port)
            return std::unexpected(port.error());
        made.members.push_back(*port);
    }
    return {};
}

template <bool loads>
Parsed bundle(std::string_view argument, const ActionContext &context) {
    constexpr std::size_t k_members = loads ? 5 : 4;
    const auto arguments = arguments_of(argument);
    if (arguments.size() <= k_members || arguments[3] != "ofport")
        return fail("expected (HASH,BASIS,ALGORITHM,ofport,{}members:PORT,PORT...)",
                    loads ? "FIELD[BITS]," : "");
    action::Bundle made;
    if (const auto done = take_hash(made, arguments, k_bundle_names); !done)
        return std::unexpected(done.error());
    if (loads) {
        const auto destination = parse_destination(arguments[4]);
        if (!destination)
            return std::unexpected(destination.error());
        made.destination = *destination;
    }
    if (const auto done = take_members(made, arguments, k_members, context.ports); !done)
        return std::unexpected(done.error());
    return made;
}

constexpr auto k_verbs = std::to_array<Verb>({
    {"multipath", multipath},
    {"bundle", bundle<false>},
    {"bundle_load", bundle<true>},
});

} // namespace

std::span<const Verb> choice_verbs() {
    return k_verbs;
}

} // namespace bvs::text
