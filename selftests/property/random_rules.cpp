// SPDX-License-Identifier: Apache-2.0
#include "selftests/property/random_rules.h"

#include <algorithm>

namespace bvs::property {

namespace action = model::action;
namespace port = model::port;
using model::Actions;
using model::Field;
using model::Needs;

namespace {

constexpr std::uint32_t k_groups = 4;

// What rules match and write. The rest is none of a packet's here (MPLS, PBB), or is not for rules
// to write.
bool in_use(Field field) {
    const auto needs = model::info(field).needs;
    return needs != Needs::mpls && needs != Needs::pbb && field != Field::packet_type &&
           field != Field::in_phy_port && field != Field::skb_priority &&
           field != Field::ipv6_exthdr;
}
// An SCTP packet whose ports are to change is dropped, and the kind of an ICMPv6 message says what
// else is in it.
bool writable(Field field) {
    const auto &row = model::info(field);
    return row.writable && row.needs != Needs::sctp && row.needs != Needs::icmpv6 &&
           field != Field::eth_type && field != Field::ip_proto && field != Field::tcp_flags &&
           field != Field::in_port && field != Field::vlan_tci;
}

// Rules write these before others match them: no packet comes in with them here.
bool is_kept(Field field) {
    return field >= Field::tunnel_id && field <= Field::xxreg3;
}

} // namespace

RandomRules::Making RandomRules::making(std::uint8_t table) {
    Making made{.packet = random_.one_of(packets_), .table = table, .fields = {}, .needs = {}};
    for (const auto &row : model::fields())
        if (in_use(row.field) && made.packet.get(row.field) &&
            (!is_kept(row.field) || random_.one_in(4)))
            made.fields.push_back(row.field);
    return made;
}

std::uint8_t RandomRules::later(std::uint8_t table) {
    return static_cast<std::uint8_t>(table + 1 + random_.below(tables_ - table - 1U));
}

model::Match RandomRules::match(Making &making) {
    model::Match made;
    for (const auto field : making.fields) {
        const bool common = field == Field::metadata || is_kept(field);
        if (!random_.one_in(common ? 6 : 5))
            continue;
        auto value = *making.packet.get(field);
        if (common || random_.one_in(6))
            value = random_.value(field);
        made.set(field, value, random_.mask(field));
        making.needs.push_back(model::info(field).needs);
    }
    promise(made, making);
    return made;
}

// What has to be matched before the fields that are matched and written.
void RandomRules::promise(model::Match &match, const Making &making) {
    const auto exactly = [&](Field field) {
        match.set(field, making.packet.get(field).value_or(Value{}).low);
    };
    for (const auto needs : making.needs) {
        if (needs == Needs::nothing || needs == Needs::in_port)
            continue;
        if (needs == Needs::vlan) {
            if (!match.find(Field::vlan_vid) && !match.find(Field::vlan_tci))
                match.set(Field::vlan_vid, {0, 0x1000}, {0, 0x1000});
            continue;
        }
        exactly(Field::eth_type);
        if (needs == Needs::ip || needs == Needs::ipv4 || needs == Needs::ipv6 ||
            needs == Needs::arp)
            continue;
        exactly(Field::ip_proto);
        if (needs == Needs::nd || needs == Needs::nd_solicit || needs == Needs::nd_advert) {
            exactly(Field::icmpv6_type);
            exactly(Field::icmpv6_code);
        }
    }
}

model::Action RandomRules::output() {
    if (random_.one_in(8))
        return action::Output{
            .port = random_.one_of({port::in_port, port::flood, port::all, port::controller}),
            .max_len = 64};
    return action::Output{.port = 1 + random_.below(random_.ports() + 1)};
}

model::Action RandomRules::set_field(Making &making) {
    const auto field = random_.one_of(making.fields);
    if (!writable(field))
        return output();
    making.needs.push_back(model::info(field).needs);
    if (field == Field::vlan_vid) {
        making.needs.push_back(Needs::vlan);
        return action::SetField{field, {0, 0x1000U | random_.below(4096)}, {0, 0x1fff}};
    }
    const auto mask = random_.mask(field);
    return action::SetField{field, random_.value(field) & mask, mask};
}

model::Subfield RandomRules::subfield(Making &making, bool write) {
    auto field = random_.one_of(making.fields);
    if (random_.one_in(2) || (write && !writable(field)) || field == Field::vlan_vid)
        field = Field::reg0 + random_.below(16);
    making.needs.push_back(model::info(field).needs);
    const std::uint16_t bits = std::min<std::uint16_t>(model::info(field).bits, 64);
    const auto n = static_cast<std::uint16_t>(random_.one_in(2) ? bits : 1 + random_.below(bits));
    return {field, static_cast<std::uint16_t>(random_.below(bits - n + 1U)), n};
}

model::Action RandomRules::move(Making &making) {
    switch (random_.below(4)) {
    case 0: {
        const auto to = subfield(making, true);
        return action::Load{to, Value{0, random_.any()} & model::low_bits(to.bits)};
    }
    case 1:
        return action::StackPush{subfield(making, false)};
    case 2:
        return action::StackPop{subfield(making, true)};
    default:
        auto from = subfield(making, false), to = subfield(making, true);
        from.bits = to.bits = std::min(from.bits, to.bits);
        return action::Move{from, to};
    }
}

model::Action RandomRules::tag(Making &making) {
    switch (random_.below(5)) {
    case 0:
        making.needs.push_back(Needs::vlan);
        return action::PopVlan{};
    case 1:
        return action::SetVlanVid{static_cast<std::uint16_t>(random_.one_of({10, 20}))};
    case 2:
        return action::SetVlanPcp{static_cast<std::uint8_t>(random_.below(8))};
    default:
        return action::PushVlan{random_.one_of({std::uint16_t{0x8100}, std::uint16_t{0x88a8}})};
    }
}

model::Action RandomRules::flow_control(Making &making) {
    if (last(making.table))
        return output();
    switch (random_.below(3)) {
    case 0:
        return action::Resubmit{.in_port = random_.one_in(4) ? random_.port() : port::in_port,
                                .table = later(making.table)};
    case 1:
        return action::Group{1 + random_.below(k_groups)};
    default:
        if (making.depth > 2)
            return output();
        ++making.depth;
        auto body = actions(making, 3);
        --making.depth;
        return action::Clone{std::move(body)};
    }
}

model::Action RandomRules::action(Making &making) {
    switch (random_.below(12)) {
    case 0:
    case 1:
    case 2:
        return set_field(making);
    case 3:
        return move(making);
    case 4:
        return tag(making);
    case 5:
        if (!making.packet.packet.ip())
            return output();
        making.needs.push_back(Needs::ip);
        return random_.one_in(3) ? model::Action(action::SetIpTtl{7})
                                 : model::Action(action::DecIpTtl{});
    case 6:
    case 7:
        return flow_control(making);
    case 8:
        if (random_.one_in(8))
            return action::Exit{};
        if (random_.one_in(6))
            return action::Load{{Field::in_port, 0, 16}, {0, random_.port()}};
        return action::OutputField{{Field::reg0 + random_.below(3), 0, 32}, 0};
    default:
        return output();
    }
}

Actions RandomRules::actions(Making &making, std::uint32_t most) {
    Actions made;
    for (auto n = random_.below(most + 1); n > 0; --n)
        made.push_back(action(making));
    return made;
}

// Fields whole, as of a second one in the set it is not clear what is left of the first.
Actions RandomRules::action_set(Making &making, bool bucket) {
    Actions made;
    for (auto n = random_.below(3); n > 0; --n) {
        auto some = random_.one_in(3) ? tag(making) : set_field(making);
        if (auto *set = std::get_if<action::SetField>(&some);
            set && set->field != Field::vlan_vid) {
            set->mask = model::all_ones(model::info(set->field).bits);
            set->value = random_.value(set->field);
        }
        made.push_back(std::move(some));
    }
    if (making.packet.packet.ip() && random_.one_in(4)) {
        making.needs.push_back(Needs::ip);
        made.push_back(action::DecIpTtl{});
    }
    if (bucket && random_.one_in(3))
        made.push_back(action::Resubmit{.table = static_cast<std::uint8_t>(tables_ - 1)});
    else if (!bucket && random_.one_in(4) && !last(making.table))
        made.push_back(action::Group{1 + random_.below(k_groups)});
    else
        made.push_back(output());
    return made;
}

model::Instructions RandomRules::instructions(Making &making) {
    model::Instructions made;
    made.apply = actions(making, 4);
    made.clear = random_.one_in(10);
    if (random_.one_in(3))
        made.write = action_set(making, false);
    if (random_.one_in(5)) {
        const auto mask = random_.mask(Field::metadata).low;
        made.metadata = {.value = random_.value(Field::metadata).low & mask, .mask = mask};
    }
    if (!last(making.table) && random_.one_in(2))
        made.goto_table = later(making.table);
    return made;
}

model::FlowMod RandomRules::flow() {
    auto made = making(static_cast<std::uint8_t>(random_.below(tables_)));
    model::FlowMod mod{.table = made.table,
                       .priority = static_cast<std::uint16_t>(random_.below(48))};
    mod.flags.check_overlap = true;
    mod.instructions = instructions(made);
    mod.match = match(made);
    return mod;
}

// By a bucket: as the last table may do it, without groups.
Actions RandomRules::cloned() {
    auto made = making(static_cast<std::uint8_t>(tables_ - 1));
    return actions(made, 3);
}

model::GroupMod RandomRules::group(std::uint32_t number) {
    model::GroupMod mod{.command = model::GroupCommand::add_or_modify,
                        .type = static_cast<model::GroupType>(random_.below(4)),
                        .group = number};
    auto n = mod.type == model::GroupType::indirect ? 1 : random_.below(4);
    for (; n > 0; --n) {
        auto made = making(0);
        model::Bucket bucket{.actions = action_set(made, true)};
        if (number < k_groups && random_.one_in(6))
            bucket.actions = {action::Group{number + 1}};
        else if (random_.one_in(6))
            bucket.actions = {action::Clone{cloned()}};
        if (mod.type == model::GroupType::select)
            bucket.weight = static_cast<std::uint16_t>(random_.below(4));
        if (mod.type == model::GroupType::fast_failover || random_.one_in(6))
            bucket.watch_port = random_.port();
        mod.buckets.push_back(std::move(bucket));
    }
    return mod;
}

// The same match and priority with other instructions.
model::FlowMod RandomRules::like(const model::FlowMod &flow) {
    auto made = making(flow.table);
    auto mod = flow;
    mod.instructions = instructions(made);
    return mod;
}

std::vector<Change> RandomRules::change(const ReferencePipeline &there) {
    if (there.flows().empty() || random_.one_in(3)) {
        std::vector<Change> bundle;
        for (auto n = 1 + random_.below(3); n > 0; --n)
            bundle.emplace_back(flow());
        return bundle;
    }
    auto mod = random_.one_of(there.flows()).second;
    switch (random_.below(6)) {
    case 0: // replaces it
        return {like(mod)};
    case 1:
        mod = like(mod);
        mod.command = model::FlowCommand::modify_strict;
        return {mod};
    case 2:
        mod = like(mod);
        mod.command = model::FlowCommand::modify;
        return {mod};
    case 3:
        mod.command = model::FlowCommand::remove_strict;
        return {mod};
    case 4:
        mod.command =
            random_.one_in(4) ? model::FlowCommand::remove : model::FlowCommand::remove_strict;
        return {mod};
    default:
        return {group(1 + random_.below(k_groups))};
    }
}

} // namespace bvs::property
