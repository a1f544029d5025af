// SPDX-License-Identifier: Apache-2.0
//
// Actions that change fields: set_field, load, move, and the older ones for a single field each.
#include "ofagent/text/field_value.h"
#include "ofagent/text/scan.h"
#include "ofagent/text/subfield.h"
#include "ofagent/text/verb.h"

#include <array>
#include <netinet/in.h>

namespace bvs::text {

namespace action = model::action;
using model::Action;
using model::Field;
using model::Subfield;

namespace {

using Parsed = Result<Action>;

constexpr std::uint64_t k_vlan_present = 0x1000;
constexpr std::uint64_t k_tos_ecn = 3;
constexpr unsigned k_tos_shift = 2;

Action set_whole(Field field, std::uint64_t value) {
    return action::SetField{field, {0, value}, model::all_ones(model::info(field).bits)};
}

Parsed set(Field field, std::string_view text, const ActionContext &context) {
    const auto &info = model::info(field);
    const auto said = parse_field_value(info, text, context.ports);
    if (!said)
        return std::unexpected(said.error());
    if (said->mask.zero())
        return fail("\"{}\" sets no bit of {}", text, info.name);
    return action::SetField{field, said->value & said->mask, said->mask};
}

template <Field field>
Parsed set_one(std::string_view argument, const ActionContext &context) {
    if (argument.contains('/'))
        return fail("expected a value without mask");
    return set(field, argument, context);
}

// The byte of DSCP and ECN, of which only the first is set.
Parsed set_tos(std::string_view argument, const ActionContext &) {
    const auto tos = parse_number(argument, 0xff);
    if (!tos || *tos & k_tos_ecn)
        return fail("expected a number from 0 to 252 whose two lowest bits are 0");
    return set_whole(Field::ip_dscp, *tos >> k_tos_shift);
}

Result<Subfield> writable(Result<Subfield> subfield) {
    if (subfield && !model::info(subfield->field).writable)
        return fail("{} is read-only", model::info(subfield->field).name);
    return subfield;
}

Result<Halves> around_arrow(std::string_view text, std::string_view form) {
    const auto halves = split(text, "->");
    if (!halves)
        return fail("missing \"->\": expected {}", form);
    return Halves{trim(halves->before), trim(halves->after)};
}

Parsed set_field(std::string_view argument, const ActionContext &context) {
    const auto halves = around_arrow(argument, "VALUE[/MASK]->FIELD");
    if (!halves)
        return std::unexpected(halves.error());
    if (halves->after == "nw_tos")
        return set_tos(halves->before, context);
    const auto field = parse_field_name(halves->after);
    if (!field)
        return std::unexpected(field.error());
    if (!model::info(*field).writable)
        return fail("{} is read-only", halves->after);
    return set(*field, halves->before, context);
}

Parsed load(std::string_view argument, const ActionContext &) {
    const auto halves = around_arrow(argument, "VALUE->FIELD[BITS]");
    if (!halves)
        return std::unexpected(halves.error());
    const auto destination = writable(parse_subfield(halves->after));
    if (!destination)
        return std::unexpected(destination.error());
    const auto value = parse_value(halves->before);
    if (!value || !(*value & ~model::all_ones(destination->bits)).zero())
        return fail("value \"{}\" is no number that fits into {} bits", halves->before,
                    destination->bits);
    return action::Load{*destination, *value};
}

Parsed move(std::string_view argument, const ActionContext &) {
    const auto halves = around_arrow(argument, "FIELD[BITS]->FIELD[BITS]");
    if (!halves)
        return std::unexpected(halves.error());
    const auto source = parse_subfield(halves->before);
    if (!source)
        return std::unexpected(source.error());
    const auto destination = writable(parse_subfield(halves->after));
    if (!destination)
        return std::unexpected(destination.error());
    if (source->bits != destination->bits)
        return fail("source field is {} bits wide but destination is {} bits wide", source->bits,
                    destination->bits);
    return action::Move{*source, *destination};
}

Parsed stack_push(std::string_view argument, const ActionContext &) {
    const auto source = parse_subfield(argument);
    if (!source)
        return std::unexpected(source.error());
    return action::StackPush{*source};
}

Parsed stack_pop(std::string_view argument, const ActionContext &) {
    const auto destination = writable(parse_subfield(argument));
    if (!destination)
        return std::unexpected(destination.error());
    return action::StackPop{*destination};
}

template <Field tcp, Field udp, Field sctp>
Parsed set_port(std::string_view argument, const ActionContext &context) {
    const auto protocol = context.headers.ip_proto;
    const auto field = protocol == IPPROTO_UDP ? udp : protocol == IPPROTO_SCTP ? sctp : tcp;
    return set(field, argument, context);
}

Result<std::uint16_t> parse_vid(std::string_view text) {
    constexpr std::uint16_t k_most_vid = 4095;
    return number_of<std::uint16_t>("VLAN", text, k_most_vid);
}

// OpenFlow 1.1's, which does not make a tag.
Parsed set_vlan_vid(std::string_view argument, const ActionContext &) {
    const auto vid = parse_vid(argument);
    if (!vid)
        return std::unexpected(vid.error());
    return set_whole(Field::vlan_vid, *vid | k_vlan_present);
}

Parsed mod_vlan_vid(std::string_view argument, const ActionContext &) {
    const auto vid = parse_vid(argument);
    if (!vid)
        return std::unexpected(vid.error());
    return action::SetVlanVid{*vid};
}

Parsed mod_vlan_pcp(std::string_view argument, const ActionContext &) {
    constexpr std::uint8_t k_most_pcp = 7;
    const auto pcp = number_of<std::uint8_t>("priority", argument, k_most_pcp);
    if (!pcp)
        return std::unexpected(pcp.error());
    return action::SetVlanPcp{*pcp};
}

constexpr auto k_verbs = std::to_array<Verb>({
    {"set_field", set_field},
    {"load", load},
    {"move", move},
    {"push", stack_push},
    {"pop", stack_pop},
    {"mod_dl_src", set_one<Field::eth_src>},
    {"mod_dl_dst", set_one<Field::eth_dst>},
    {"mod_nw_src", set_one<Field::ipv4_src>},
    {"mod_nw_dst", set_one<Field::ipv4_dst>},
    {"mod_nw_tos", set_tos},
    {"mod_nw_ecn", set_one<Field::ip_ecn>},
    {"mod_tp_src", set_port<Field::tcp_src, Field::udp_src, Field::sctp_src>},
    {"mod_tp_dst", set_port<Field::tcp_dst, Field::udp_dst, Field::sctp_dst>},
    {"mod_vlan_vid", mod_vlan_vid},
    {"mod_vlan_pcp", mod_vlan_pcp},
    {"set_vlan_vid", set_vlan_vid},
    {"set_vlan_pcp", set_one<Field::vlan_pcp>},
    {"set_tunnel", set_one<Field::tunnel_id>},
    {"set_tunnel64", set_one<Field::tunnel_id>},
    {"set_mpls_label", set_one<Field::mpls_label>},
    {"set_mpls_tc", set_one<Field::mpls_tc>},
});

} // namespace

std::span<const Verb> field_verbs() {
    return k_verbs;
}

} // namespace bvs::text
