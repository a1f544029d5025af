// SPDX-License-Identifier: Apache-2.0
//
// Actions on whole headers, and on the TTLs in them.
#include "ofagent/text/scan.h"
#include "ofagent/text/verb.h"

#include <algorithm>
#include <array>

namespace bvs::text {

namespace action = model::action;
using model::Action;

namespace {

using Parsed = Result<Action>;

constexpr auto k_vlan_types = std::to_array<std::uint16_t>({0x8100, 0x88a8});
constexpr auto k_mpls_types = std::to_array<std::uint16_t>({0x8847, 0x8848});
constexpr auto k_pbb_types = std::to_array<std::uint16_t>({0x88e7});

template <class Made, const auto &types>
Parsed push(std::string_view argument, const ActionContext &) {
    const auto type = parse_number(argument, 0xffff);
    if (!type || std::ranges::find(types, *type) == types.end())
        return fail("invalid Ethernet type \"{}\": expected {:#x}", argument,
                    fmt::join(types, " or "));
    return Made{static_cast<std::uint16_t>(*type)};
}

Parsed pop_mpls(std::string_view argument, const ActionContext &) {
    const auto type = number_of<std::uint16_t>("Ethernet type", argument);
    if (!type)
        return std::unexpected(type.error());
    return action::PopMpls{*type};
}

template <class Made>
Parsed set_ttl(std::string_view argument, const ActionContext &) {
    const auto ttl = number_of<std::uint8_t>("TTL", argument);
    if (!ttl)
        return std::unexpected(ttl.error());
    return Made{*ttl};
}

Parsed dec_ttl(std::string_view argument, const ActionContext &) {
    action::DecIpTtl made;
    Scanner scanner(argument);
    while (const auto word = scanner.next()) {
        const auto id = number_of<std::uint16_t>("controller", word->whole);
        if (!id)
            return std::unexpected(id.error());
        made.controllers.push_back(*id);
    }
    return made;
}

constexpr auto k_verbs = std::to_array<Verb>({
    {"push_vlan", push<action::PushVlan, k_vlan_types>},
    {"pop_vlan", plain<action::PopVlan>},
    {"strip_vlan", plain<action::PopVlan>},
    {"push_mpls", push<action::PushMpls, k_mpls_types>},
    {"pop_mpls", pop_mpls},
    {"push_pbb", push<action::PushPbb, k_pbb_types>},
    {"pop_pbb", plain<action::PopPbb>},
    {"set_mpls_ttl", set_ttl<action::SetMplsTtl>},
    {"dec_mpls_ttl", plain<action::DecMplsTtl>},
    {"mod_nw_ttl", set_ttl<action::SetIpTtl>},
    {"dec_ttl", dec_ttl},
    {"copy_ttl_out", plain<action::CopyTtlOut>},
    {"copy_ttl_in", plain<action::CopyTtlIn>},
});

} // namespace

std::span<const Verb> header_verbs() {
    return k_verbs;
}

} // namespace bvs::text
